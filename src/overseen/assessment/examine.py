"""From a plan and a city to the heads whose view counts: placed, drawn, and with their view all round."""

from __future__ import annotations

from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from overseen.exposure.network import ExaminedHeads
from overseen.model.cameras import CameraNetwork
from overseen.model.city import City
from overseen.model.frame import true_north_bearing_deg
from overseen.model.viewing import Viewing
from overseen.visibility.building_heights import UNKNOWN as BUILDING_HEIGHT
from overseen.visibility.building_heights import building_tops_m, counted_buildings
from overseen.visibility.cells import HERE, Work, cells_of, mapped
from overseen.visibility.heads import HEIGHT_UNKNOWNS, Scores, central_heights_m, drawn_head_views
from overseen.visibility.isovists import CentralViews, central_views, profile_central_views
from overseen.visibility.obstacles import Obstacles, obstacles_of
from overseen.visibility.placement import Placement, outward_bearings_deg, place_cameras
from overseen.visibility.scenery import Scenery, Views, gathered, views_among
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
        Per camera: active, inside no building, not indoors.
    obstacles
        What blocks sightlines.
    examined
        The heads of the examined cameras.
    central
        Their sectors with every unknown at its centre.
    central_seen
        What they see all round among buildings with every unknown at its centre.
    north_deg
        Plane bearing of true north at each of those heads.
    """

    network: CameraNetwork
    placement: Placement
    is_examined: NDArray[np.bool_]
    obstacles: Obstacles
    examined: ExaminedHeads
    central: CentralViews
    central_seen: Views
    north_deg: Floats


def examine(
    network: CameraNetwork,
    city: City,
    viewing: Viewing,
    *,
    is_active: NDArray[np.bool_] | None = None,
    work: Work = HERE,
) -> Examination:
    """Return the placed, drawn network; a camera that is not active, indoors or deep inside a building is left out of the views.

    ``is_active`` tells it of each camera; by default those in use are.
    """
    crs = city.buildings.crs
    network = network.in_crs(crs)
    buildings = counted_buildings(city.buildings, viewing)
    placement = place_cameras(network, buildings, viewing)
    if is_active is None:
        is_active = (network.cameras["status"] == "in_use").to_numpy()
    is_examined = is_active & ~np.isin(placement.kind, ("inside_building", "indoor"))
    outward_deg = outward_bearings_deg(placement, buildings.geometry.to_numpy())
    heads, position = _examined_heads(network, placement, is_examined)
    heads = heads.assign(outward_deg=outward_deg[network.cameras.index.get_indexer(heads["camera_id"])])
    north_deg = true_north_bearing_deg(crs, position[:, 0], position[:, 1]) if len(heads) else np.empty(0)
    views = drawn_head_views(heads, viewing, north_deg=north_deg)
    central = _central(heads, viewing, north_deg)
    radius_m = np.maximum(views.longest_reach_m(), _farthest_m(heads, viewing))
    obstacles = obstacles_of(buildings.geometry, executor=work.executor)
    roofs = _roofs(heads, network, placement)
    tops_m = building_tops_m(city.buildings, viewing)
    scenery = Scenery(
        obstacles,
        np.stack([obstacles.tops_m(top) for top in tops_m]),
        position,
        radius_m,
        roofs,
        views.height_m,
        viewing.target_height_m,
    )
    centre = {unknown.name: 0.0 for unknown in viewing.assumptions.unknowns}
    central_seen = _central_views(scenery, city, viewing, centre, heads, work)
    examined = ExaminedHeads(heads, position, scenery, views)
    return Examination(network, placement, is_examined, obstacles, examined, central, central_seen, north_deg)


def _farthest_m(heads: pd.DataFrame, viewing: Viewing) -> Floats:
    """Return how far no draw, and no setting of the sensitivity table, looks, shape (n,), m."""
    if viewing.profile is not None:
        return np.zeros(len(heads))
    kinds = heads["kind"].to_numpy(dtype=object)
    return value_at(viewing.assumptions["maximum_range_m"], np.full((len(heads), 1), SCORE_95), kinds)[:, 0]


def _roofs(heads: pd.DataFrame, network: CameraNetwork, placement: Placement) -> NDArray[np.int64]:
    """Return, for each head, on how many buildings its camera stands."""
    return placement.roofs[network.cameras.index.get_indexer(heads["camera_id"])]


def _central_views(
    scenery: Scenery, city: City, viewing: Viewing, centre: Scores, heads: pd.DataFrame, work: Work
) -> Views:
    """Return the views all round with every height at its centre, made cell by cell and put back into the heads' order."""
    one = replace(viewing, draws=1)
    top_m = scenery.obstacles.tops_m(building_tops_m(city.buildings, one, pinned=centre)[0])
    height_m = central_heights_m(heads, viewing)

    def of_cell(rows: NDArray[np.intp]) -> Views:
        return views_among(
            scenery.obstacles,
            top_m,
            scenery.position[rows],
            radius_m=scenery.radius_m[rows],
            height_m=height_m[rows],
            target_m=viewing.target_height_m,
            roofs=scenery.roofs[rows],
        )

    cells = cells_of(scenery.position)
    return gathered(list(mapped(of_cell, cells, work)), cells, len(scenery.position))


def _examined_heads(
    network: CameraNetwork, placement: Placement, is_examined: NDArray[np.bool_]
) -> tuple[pd.DataFrame, Floats]:
    cameras = network.cameras
    kept = network.heads["camera_id"].isin(cameras.index[is_examined])
    heads = network.heads[kept].sort_index()
    row = cameras.index.get_indexer(heads["camera_id"])
    heads = heads.assign(**{name: cameras[name].to_numpy()[row] for name in ("kind", "operator", "use")})
    return heads, np.ascontiguousarray(placement.position[row])


def _central(heads: pd.DataFrame, viewing: Viewing, north_deg: Floats) -> CentralViews:
    if viewing.profile is not None:
        return profile_central_views(heads, viewing, north_deg=north_deg)
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


def redrawn(examination: Examination, city: City, viewing: Viewing, pinned: Scores) -> ExaminedHeads:
    """Return the same heads with other draws of all but the pinned unknowns."""
    if {*HEIGHT_UNKNOWNS, BUILDING_HEIGHT} <= pinned.keys():
        # Nothing about heights is left to draw.
        viewing = replace(viewing, height_sets=1)
    views = drawn_head_views(examination.examined.heads, viewing, north_deg=examination.north_deg, pinned=pinned)
    tops_m = building_tops_m(city.buildings, viewing, pinned=pinned)
    scenery = replace(
        examination.examined.scenery,
        top_m=np.stack([examination.obstacles.tops_m(top) for top in tops_m]),
        height_m=views.height_m,
    )
    return replace(examination.examined, views=views, scenery=scenery)


def camera_positions(examination: Examination, crs: object) -> gpd.GeoSeries:
    """Return the positions as examined, one per camera."""
    x, y = examination.placement.position.T
    return gpd.GeoSeries(gpd.points_from_xy(x, y), index=examination.network.cameras.index, crs=crs)
