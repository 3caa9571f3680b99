"""Where the map plainly lacks buildings: a view without its obstacles is an upper bound, and says so.

Nothing is compared with another map. What a city shows of itself is asked, cell by cell: do the streets that have buildings by
their very class have any along them, is residential land built on, do shops and the like lie in a building? Each of the three
speaks only where there is enough to judge by, each can only fall when a building is deleted, and none of them hears of parks,
water, rail or motorways.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from overseen.assessment.street_sides import Pieces, street_pieces, walled_lengths
from overseen.exposure.streets import counted_streets, courses_inside
from overseen.model.city import City
from overseen.model.schema import COMPLETENESS
from overseen.sources.packs import get_pack

Floats = NDArray[np.float64]

SILENT, MISSING, DOUBTFUL, COMPLETE = -1, 0, 1, 2
"""What one kind of evidence says of a cell."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One kind of evidence in every cell.

    Parameters
    ----------
    amount
        How much there is to judge by: m, m2 or a number, shape (cells,).
    share
        What is there of what could be, 0..1; nan where there is nothing to judge by.
    vote
        What it says: ``SILENT``, ``MISSING``, ``DOUBTFUL`` or ``COMPLETE``.
    """

    amount: Floats
    share: Floats
    vote: NDArray[np.int8]


@dataclass(frozen=True, slots=True)
class Completeness:
    """Where the map has its buildings and where it lacks them.

    Parameters
    ----------
    cells
        Table ``completeness``: one row per cell with counted street.
    cell_m
        Width of a cell.
    missing_m
        Metres of each of the city's streets that lie in cells where buildings are missing, shape (streets,).
    """

    cells: gpd.GeoDataFrame
    cell_m: float
    missing_m: Floats

    def status_at(self, points: Floats) -> NDArray[np.object_]:
        """Return the status of the cell of each point, shape (n, 2), m; ``not_judged`` where no street is."""
        west, south = self.cells.bounds[["minx", "miny"]].to_numpy().T
        corner = np.round(np.stack([west, south], axis=1) / self.cell_m).astype(np.int64)
        number = _Cells(corner, self.cell_m).numbers(points)
        found = np.append(self.cells["status"].to_numpy(dtype=object), "not_judged")
        return np.asarray(found[number], dtype=object)

    def is_missing_at(self, points: Floats) -> NDArray[np.bool_]:
        """Return whether buildings are missing in the cell of each point, shape (n, 2), m."""
        return self.missing_test()(points)

    def missing_test(self) -> Callable[[Floats], NDArray[np.bool_]]:
        """Return :meth:`is_missing_at` ready to be asked many times."""
        west, south = self.cells.bounds[["minx", "miny"]].to_numpy()[(self.cells["status"] == "missing").to_numpy()].T
        known = np.sort(_corner_key(np.round(np.stack([west, south], axis=1) / self.cell_m)))

        def test(points: Floats) -> NDArray[np.bool_]:
            key = _corner_key(np.floor(points / self.cell_m))
            place = np.minimum(np.searchsorted(known, key), len(known) - 1)
            return np.asarray(known[place] == key) if len(known) else np.zeros(len(points), dtype=bool)

        return test

    @property
    def lacks_anywhere(self) -> bool:
        """Whether buildings are missing in any cell."""
        return bool((self.cells["status"] == "missing").any())

    def lacks_around(self, shapes: NDArray[np.object_], reach_m: float = 0.0) -> NDArray[np.bool_]:
        """Return whether buildings are missing in a cell within ``reach_m`` of each shape."""
        lacking = self.cells.geometry[self.cells["status"] == "missing"].to_numpy()
        found = np.zeros(len(shapes), dtype=bool)
        found[shapely.STRtree(lacking).query(shapes, predicate="dwithin", distance=reach_m)[0]] = True
        return found

    def street_length_m(self, *statuses: str) -> float:
        """Return the metres of counted street in cells of some status; of all cells if none is named."""
        chosen = self.cells["status"].isin(statuses) if statuses else slice(None)
        return float(self.cells.loc[chosen, "street_length_m"].sum())


def _corner_key(corner: Floats) -> NDArray[np.int64]:
    """Return one number for each cell, its corner in cells, shape (n, 2)."""
    whole = corner.reshape(-1, 2).astype(np.int64)
    return np.asarray(whole[:, 1] * 2**32 + whole[:, 0])


def city_completeness(city: City, rules: dict[str, Any] | None = None) -> Completeness:
    """Return where a city's map has its buildings.

    Each kind of evidence says that buildings are missing, doubtful or there, or nothing. A cell is *missing* where one says so
    and none sees them there, *complete* where one sees them and none misses any, *doubtful* where they differ or doubt, and
    *not judged* where nothing speaks. On a map without a single building all are missing.

    Parameters
    ----------
    city
        The city.
    rules
        As in the pack ``completeness/buildings``, which is the default.
    """
    rules = rules or get_pack("completeness", "buildings")
    cell_m = float(rules["cell_m"])
    pieces = street_pieces(courses_inside(city), cell_m)
    counted = pieces.chosen(counted_streets(city)[pieces.street])
    corner, cell = np.unique(counted.cell[:, ::-1], axis=0, return_inverse=True)
    cells = _Cells(corner[:, ::-1].copy(), cell_m)
    streets = _street_evidence(city, counted, cell, cells, rules["streets"])
    buildings = _Buildings.of(city)
    land = _land_evidence(city, cells, buildings, rules["land"])
    places = _place_evidence(city, cells, rules["places"])
    kinds = {"streets": streets, "land": land, "places": places}
    status, judged_by = _verdicts(kinds, is_empty=city.buildings.empty)
    length_m = counted.length_m()
    number = cells.numbers(buildings.position)
    inside = number >= 0
    named = np.isin(_kinds(city)[counted.street], rules["streets"]["kinds"] + rules["streets"]["larger_kinds"])
    table = gpd.GeoDataFrame(
        {
            "status": status,
            "judged_by": judged_by,
            "street_names": _street_names(city, counted.street[named], length_m[named], cell[named], len(cells)),
            "street_length_m": cells.sums(cell, length_m),
            "side_length_m": streets.amount,
            "walled_side_share": streets.share,
            "residential_land_m2": land.amount,
            "built_share": land.share,
            "place_count": places.amount.astype(np.int64),
            "housed_place_share": places.share,
            "building_count": np.bincount(number[inside], minlength=len(cells)).astype(np.int64),
            "building_area_m2": cells.sums(number[inside], buildings.area_m2[inside]),
        },
        geometry=cells.boxes(),
        crs=city.streets.crs,
        index=pd.Index(_cell_ids(cells.corner, cell_m), name="cell_id", dtype=object),
    )
    is_missing = (status == "missing")[cell]
    missing_m = np.bincount(counted.street[is_missing], length_m[is_missing], minlength=len(city.streets))
    return Completeness(COMPLETENESS.checked(table), cell_m, missing_m.astype(np.float64))


@dataclass(frozen=True, slots=True)
class _Cells:
    """The cells with street in them, by row, then column; ``corner`` is in cells, shape (cells, 2)."""

    corner: NDArray[np.int64]
    width_m: float

    def __len__(self) -> int:
        return len(self.corner)

    def boxes(self) -> NDArray[np.object_]:
        west, south = self.corner.T * self.width_m
        return np.asarray(shapely.box(west, south, west + self.width_m, south + self.width_m), dtype=object)

    def numbers(self, points: Floats) -> NDArray[np.intp]:
        """Return the number of the cell of each point, -1 where there is none."""
        if not len(points) or not len(self):
            return np.full(len(points), -1, dtype=np.intp)
        known = pd.MultiIndex.from_arrays(self.corner.T)
        return known.get_indexer(pd.MultiIndex.from_arrays(np.floor(points / self.width_m).astype(np.int64).T))

    def sums(self, cell: NDArray[np.intp], values: Floats) -> Floats:
        return np.bincount(cell, values, minlength=len(self)).astype(np.float64)


@dataclass(frozen=True, slots=True)
class _Buildings:
    """Buildings as a point inside each and its area, in an order that only their places decide."""

    position: Floats
    area_m2: Floats

    @classmethod
    def of(cls, city: City) -> _Buildings:
        shapes = city.buildings.geometry.to_numpy()
        position = shapely.get_coordinates(shapely.point_on_surface(shapes))
        area_m2 = shapely.area(shapes)
        order = np.lexsort((area_m2, *position.T))
        return cls(position[order], area_m2[order])


def _street_evidence(
    city: City, pieces: Pieces, cell: NDArray[np.intp], cells: _Cells, rules: dict[str, Any]
) -> Evidence:
    """Return what the streets of built-up classes say; where they are silent, larger ones may still show buildings."""
    kind = _kinds(city)[pieces.street]
    is_open = city.land["kind"].isin(rules["open_kinds"]) & (city.land.area >= rules["open_least_m2"])
    open_land = city.land.geometry[is_open].to_numpy()
    is_built_up, is_larger = np.isin(kind, rules["kinds"]), np.isin(kind, rules["larger_kinds"])
    walled_m, side_m = np.zeros((2, len(kind)))
    asked = is_built_up | is_larger
    walled_m[asked], side_m[asked] = walled_lengths(
        pieces.chosen(asked), city.buildings.geometry.to_numpy(), open_land, depth_m=rules["depth_m"]
    )
    evidence, larger = (
        _evidence(cells.sums(cell[rows], side_m[rows]), cells.sums(cell[rows], walled_m[rows]), rules)
        for rows in (is_built_up, is_larger)
    )
    says_complete = (evidence.vote == SILENT) & (larger.vote == COMPLETE)
    return replace(evidence, vote=np.where(says_complete, COMPLETE, evidence.vote).astype(np.int8))


def _land_evidence(city: City, cells: _Cells, buildings: _Buildings, rules: dict[str, Any]) -> Evidence:
    land = city.land.geometry[city.land["kind"].isin(rules["kinds"])].to_numpy()
    land = land[np.lexsort((shapely.area(land), *shapely.bounds(land).T))]
    boxes = cells.boxes()
    cell, area = shapely.STRtree(land).query(boxes, predicate="intersects")
    order = np.lexsort((area, cell))
    cell, parts = cell[order], shapely.intersection(boxes[cell[order]], land[area[order]])
    area_m2 = np.zeros(len(cells))
    for rows in np.split(np.arange(len(cell)), np.flatnonzero(np.diff(cell)) + 1):
        # Residential areas overlap where the map has one inside another.
        area_m2[cell[rows]] = shapely.area(parts[rows]).sum() if len(rows) < 2 else shapely.union_all(parts[rows]).area
    inside = np.zeros(len(buildings.area_m2), dtype=bool)
    inside[shapely.STRtree(land).query(shapely.points(buildings.position), predicate="intersects")[0]] = True
    number = cells.numbers(buildings.position[inside])
    built_m2 = cells.sums(number[number >= 0], buildings.area_m2[inside][number >= 0])
    return _evidence(area_m2, np.minimum(built_m2, area_m2), rules)


def _place_evidence(city: City, cells: _Cells, rules: dict[str, Any]) -> Evidence:
    # A table without rows has no text in it for pandas to take apart.
    kinds = [str(kind).rpartition("=")[2] for kind in city.places["kind"]]
    points = city.places.geometry.to_numpy()[np.isin(kinds, rules["kinds"])]
    points = points[shapely.intersects(points, city.boundary)]
    number = cells.numbers(shapely.get_coordinates(points))
    points, number = points[number >= 0], number[number >= 0]
    is_housed = np.zeros(len(points))
    tree = shapely.STRtree(city.buildings.geometry.to_numpy())
    is_housed[tree.query(points, predicate="dwithin", distance=rules["within_m"])[0]] = 1.0
    count = np.bincount(number, minlength=len(cells)).astype(np.float64)
    return _evidence(count, cells.sums(number, is_housed), rules)


def _evidence(amount: Floats, found: Floats, rules: dict[str, Any]) -> Evidence:
    enough = amount >= rules["least"]
    share = np.full(len(amount), np.nan)
    share[enough] = np.clip(found[enough] / amount[enough], 0.0, 1.0)
    vote = np.select(
        [~enough, share < rules["missing"], share < rules["doubtful"]], [SILENT, MISSING, DOUBTFUL], default=COMPLETE
    )
    return Evidence(amount, share, vote.astype(np.int8))


def _verdicts(kinds: dict[str, Evidence], *, is_empty: bool) -> tuple[NDArray[np.object_], NDArray[np.object_]]:
    """Return the status of every cell and what it rests on."""
    votes = np.stack([evidence.vote for evidence in kinds.values()])
    misses, sees = (votes == MISSING).any(axis=0), (votes == COMPLETE).any(axis=0)
    doubts = (votes == DOUBTFUL).any(axis=0)
    status = np.select(
        [misses & ~sees, sees & ~misses, misses | doubts], ["missing", "complete", "doubtful"], default="not_judged"
    ).astype(object)
    names = np.array(list(kinds), dtype=object)
    judged_by = np.array([" ".join(names[column != SILENT]) for column in votes.T], dtype=object)
    if is_empty:
        return np.full(len(status), "missing", dtype=object), np.full(len(status), "empty_map", dtype=object)
    return status, judged_by


def _kinds(city: City) -> NDArray[np.object_]:
    return city.streets["kind"].to_numpy(dtype=object)


def _street_names(
    city: City, street: NDArray[np.intp], length_m: Floats, cell: NDArray[np.intp], count: int
) -> NDArray[np.object_]:
    """Return up to two names of streets per cell, the longest first, None where none has one."""
    name = city.streets["name"].to_numpy(dtype=object)[street]
    pieces = pd.DataFrame({"cell": cell, "name": name, "length_m": length_m})
    sums = pieces.dropna().groupby(["cell", "name"], as_index=False)["length_m"].sum()
    sums = sums.sort_values(["cell", "length_m", "name"], ascending=[True, False, True], kind="stable")
    names: NDArray[np.object_] = np.full(count, None, dtype=object)
    for number, found in sums.groupby("cell")["name"]:
        names[number] = ", ".join(found.iloc[:2])
    return names


def _cell_ids(corner: NDArray[np.int64], cell_m: float) -> list[str]:
    return [f"{x * cell_m:.0f} {y * cell_m:.0f}" for x, y in corner]


def area_completeness(city: City, found: Completeness, areas: gpd.GeoSeries) -> pd.DataFrame:
    """Return, for areas such as census units, how their street length is told; same index as the areas.

    Columns are ``street_length_m``, one ``{status}_length_m`` for each status, and ``status``, the one that holds most of the
    length (``not_judged`` for an area without street). Where it is ``missing``, views in the area are upper bounds.

    Parameters
    ----------
    city
        The city.
    found
        Its completeness.
    areas
        Polygons in the city's plane; they may overlap.
    """
    pieces = street_pieces(courses_inside(city), found.cell_m)
    pieces = pieces.chosen(counted_streets(city)[pieces.street])
    lines = pieces.lines()
    shapes = areas.to_numpy()
    area, piece = shapely.STRtree(lines).query(shapes, predicate="intersects")
    length_m = shapely.length(lines)[piece]
    shapely.prepare(shapes)
    cut = np.flatnonzero(~shapely.contains_properly(shapes[area], lines[piece]))
    length_m[cut] = shapely.length(shapely.intersection(shapes[area[cut]], lines[piece[cut]]))
    status = found.status_at((pieces.start + pieces.end)[piece] / 2.0)
    columns = {
        name: np.bincount(area[status == name], length_m[status == name], minlength=len(areas))
        for name in ("missing", "doubtful", "complete", "not_judged")
    }
    # Of two that hold as much, the worse is named.
    most = np.array(list(columns), dtype=object)[np.argmax(np.stack(list(columns.values())), axis=0)]
    total_m = np.sum(list(columns.values()), axis=0)
    table = {"street_length_m": total_m, **{f"{name}_length_m": values for name, values in columns.items()}}
    return pd.DataFrame({**table, "status": np.where(total_m > 0.0, most, "not_judged")}, index=areas.index)
