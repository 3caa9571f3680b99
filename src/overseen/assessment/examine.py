"""From a plan and a city to the heads whose view counts: placed, drawn, and with their view all round."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from overseen.exposure.network import ExaminedHeads
from overseen.kernels.stars import Stars
from overseen.kernels.walls import Walls
from overseen.model.cameras import CameraNetwork
from overseen.model.city import City
from overseen.model.frame import true_north_bearing_deg
from overseen.model.viewing import Viewing
from overseen.visibility.cells import HERE, Work, cells_of, mapped
from overseen.visibility.heads import Scores, drawn_head_views
from overseen.visibility.isovists import CentralViews, building_walls, central_views, wide_stars
from overseen.visibility.placement import Placement, place_cameras
from overseen.visibility.unknowns import SCORE_95, value_at

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Examination:
    """Everything about the network that no exposure needs to compute again.

    Parameters
    ----------
    network
        The network in the city's frame.
    placement
        Where each camera stands.
    is_examined
        Per camera: in use, inside no building, not indoors.
    walls
        What blocks sightlines.
    examined
        The heads of the examined cameras.
    central
        Their views with every unknown at its centre.
    north_deg
        Plane bearing of true north at each of those heads.
    """

    network: CameraNetwork
    placement: Placement
    is_examined: NDArray[np.bool_]
    walls: Walls
    examined: ExaminedHeads
    central: CentralViews
    north_deg: Floats


def examine(
    network: CameraNetwork,
    city: City,
    viewing: Viewing,
    *,
    work: Work = HERE,
) -> Examination:
    """Return the placed, drawn network; a camera in disuse, indoors or deep inside a building is left out of the views."""
    crs = city.buildings.crs
    network = network.in_crs(crs)
    placement = place_cameras(network, city.buildings, viewing)
    is_examined = (network.cameras["status"] == "in_use").to_numpy() & ~np.isin(
        placement.kind, ("inside_building", "indoor")
    )
    heads, position = _examined_heads(network, placement, is_examined)
    north_deg = true_north_bearing_deg(crs, position[:, 0], position[:, 1]) if len(heads) else np.empty(0)
    views = drawn_head_views(heads, viewing, north_deg=north_deg)
    central = _central(heads, viewing, north_deg)
    # No draw, and no setting of the sensitivity table, looks further than this.
    radius_m = np.maximum(views.longest_reach_m(), value_at(viewing.assumptions["maximum_range_m"], np.array(SCORE_95)))
    walls = building_walls(city.buildings)
    star_set = _stars(walls, position, radius_m, work)
    examined = ExaminedHeads(heads, position, star_set, views)
    return Examination(network, placement, is_examined, walls, examined, central, north_deg)


def _examined_heads(
    network: CameraNetwork, placement: Placement, is_examined: NDArray[np.bool_]
) -> tuple[pd.DataFrame, Floats]:
    cameras = network.cameras
    kept = network.heads["camera_id"].isin(cameras.index[is_examined])
    heads = network.heads[kept].sort_index()
    row = cameras.index.get_indexer(heads["camera_id"])
    heads = heads.assign(kind=cameras["kind"].to_numpy()[row], operator=cameras["operator"].to_numpy()[row])
    return heads, np.ascontiguousarray(placement.position[row])


def _central(heads: pd.DataFrame, viewing: Viewing, north_deg: Floats) -> CentralViews:
    centre: dict[str, float] = {unknown.name: 0.0 for unknown in viewing.assumptions.unknowns}
    one = replace(viewing, draws=1)
    # Far beyond the ends of the distribution: none, or all, of the cameras of unknown kind turn.
    none_turn = drawn_head_views(heads, _with_turning_share(one, 0.0), north_deg=north_deg, pinned=centre)
    all_turn = drawn_head_views(heads, _with_turning_share(one, 1.0), north_deg=north_deg, pinned=centre)
    return central_views(none_turn, all_turn, heads)


def _with_turning_share(viewing: Viewing, share: float) -> Viewing:
    unknowns = tuple(
        replace(unknown, low=share, central=share, high=share) if unknown.name == "turning_share" else unknown
        for unknown in viewing.assumptions.unknowns
    )
    return replace(viewing, assumptions=replace(viewing.assumptions, unknowns=unknowns))


def redrawn(examination: Examination, viewing: Viewing, pinned: Scores) -> ExaminedHeads:
    """Return the same heads with other draws of all but the pinned unknowns; the views all round are kept."""
    views = drawn_head_views(examination.examined.heads, viewing, north_deg=examination.north_deg, pinned=pinned)
    return replace(examination.examined, views=views)


def _stars(
    walls: Walls,
    position: Floats,
    radius_m: Floats,
    work: Work,
) -> Stars:
    """Return the views all round, made cell by cell and put back into the order of the heads."""
    cells = cells_of(position)
    of_cell = partial(_cell_stars, walls=walls, position=position, radius_m=radius_m)
    parts = list(mapped(of_cell, cells, work))
    if not parts:
        return wide_stars(walls, position, radius_m)
    order = np.argsort(np.concatenate(cells), kind="stable")
    counts = np.concatenate([np.diff(part.offsets) for part in parts])
    begins = np.concatenate([[0], np.cumsum(counts)])
    rows = np.concatenate([np.arange(begins[lens], begins[lens + 1]) for lens in order])
    joined = [np.concatenate(arrays)[rows] for arrays in zip(*[part[3:] for part in parts], strict=True)]
    offsets = np.concatenate([[0], np.cumsum(counts[order])]).astype(np.int64)
    return Stars(position, np.concatenate([part.radius_m for part in parts])[order], offsets, *joined)


def _cell_stars(rows: NDArray[np.intp], *, walls: Walls, position: Floats, radius_m: Floats) -> Stars:
    return wide_stars(walls, position[rows], radius_m[rows])


def camera_positions(examination: Examination, crs: object) -> gpd.GeoSeries:
    """Return the positions as examined, one per camera."""
    x, y = examination.placement.position.T
    return gpd.GeoSeries(gpd.points_from_xy(x, y), index=examination.network.cameras.index, crs=crs)
