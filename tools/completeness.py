"""Write docs/completeness.md: how the measure of missing buildings, and the count of missing cameras, do on real data sets.

``python tools/completeness.py [data folder]``; the folder is the one beside the repository by default. Takes some minutes.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from overseen.assessment.completeness import Completeness, area_completeness, city_completeness
from overseen.assessment.undercount import Undercount, chapman, matched, undercount
from overseen.model.city import City
from overseen.model.plan import SecondList
from overseen.sources.camera_file import read_camera_file
from overseen.sources.city_files import city_from_files, read_boundary
from overseen.sources.osm_city import OsmFile
from overseen.sources.packs import get_pack

ROOT = Path(__file__).parents[1]
FILE = ROOT / "docs" / "completeness.md"
DATA = ROOT.parent / "shared" / "data"
LAYERS = {"buildings": "buildings", "streets": "streets", "places": "poi", "land": "landuse"}
STATUSES = ("complete", "doubtful", "missing", "not_judged")
EVIDENCE = {"streets": "walled_side_share", "land": "built_share", "places": "housed_place_share"}

FEWEST_CELLS = 100
"""A data set with fewer cells that a kind of evidence speaks of sets no threshold for it."""

CALLED_MISSING, CALLED_SO_OR_DOUBTFUL = 0.03, 0.06
"""Share of the street length of a complete city that a kind of evidence by itself may call missing, and missing or doubtful."""

HELD_OUT = "Los Angeles, all"
"""Complete too, but no threshold rests on it: it shows how they do where they were not made."""

KEPT = (0.75, 0.5, 0.25, 0.1)
SEEDS = 3


@dataclass(frozen=True)
class DataSet:
    """A data set: what it is called, what is known of its buildings, and its city."""

    name: str
    known: str
    city: City


def files_city(folder: Path, name: str, boundary: tuple[Any, str]) -> City:
    """Return a city of one folder of layers."""
    return city_from_files(
        name, {layer: folder / f"{file}.parquet" for layer, file in LAYERS.items()}, boundary=boundary
    )


@cache
def data_sets(data: Path) -> tuple[DataSet, ...]:
    """Return the data sets, within the extents that their makers state."""
    helsinki = OsmFile(data / "helsinki_centre" / "helsinki_centre.osm.pbf").city("Helsinki, centre")
    mid = shapely.box(13.35, 52.485, 13.47, 52.545), "the clip's own box"
    angeles = shapely.box(-118.420, 34.060, -118.375, 34.096), "the clip's own box"
    huge = shapely.box(-118.52, 33.90, -118.12, 34.20), "the clip's own box"
    berlin = read_boundary(data / "berlin_large" / "lor_planning_areas_2020.geojson")
    trafford = read_boundary(data / "trafford_mid" / "local_authority_district.geojson")
    return (
        DataSet("Helsinki, centre", "complete", helsinki),
        DataSet("Berlin, inner", "complete", files_city(data / "berlin_mid", "Berlin, inner", mid)),
        DataSet("Berlin, all", "complete", files_city(data / "berlin_large", "Berlin, all", berlin)),
        DataSet("Los Angeles, west", "complete", files_city(data / "la_alpr_small", "Los Angeles, west", angeles)),
        DataSet(HELD_OUT, "complete; held out", files_city(data / "los_angeles_huge", HELD_OUT, huge)),
        DataSet(
            "Liechtenstein",
            "complete, rural",
            OsmFile(data / "liechtenstein_2024" / "liechtenstein.osm.pbf").city("FL"),
        ),
        DataSet(
            "New York, lower Manhattan", "in part", OsmFile(data / "nyc_heights_small" / "nyc.osm.pbf").city("NYC")
        ),
        DataSet("Trafford", "most are missing", files_city(data / "trafford_mid", "Trafford", trafford)),
        DataSet("Helsinki without its buildings", "none", replace(helsinki, buildings=helsinki.buildings.iloc[:0])),
        DataSet("Helsinki with 5 buildings", "5", replace(helsinki, buildings=helsinki.buildings.iloc[:5])),
    )


@cache
def found(data: Path, number: int) -> Completeness:
    """Return the completeness of a data set, measured once."""
    return city_completeness(data_sets(data)[number].city)


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table in Markdown; all columns but the first hold numbers."""
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def percent(share: float) -> str:
    """Return a share with one decimal."""
    return "–" if np.isnan(share) else f"{100 * share:.1f} %"


def shares(measured: Completeness) -> list[float]:
    """Return the share of street length by status."""
    total = max(measured.street_length_m(), 1.0)
    return [measured.street_length_m(status) / total for status in STATUSES]


def overview(data: Path) -> str:
    """Return the table of all data sets."""
    rows = []
    for number, each in enumerate(data_sets(data)):
        measured = found(data, number)
        km = f"{measured.street_length_m() / 1e3:,.1f}"
        rows.append([each.name, each.known, f"{len(each.city.buildings):,}", km, f"{len(measured.cells):,}",
                     *map(percent, shares(measured))])  # fmt: skip
    return table(
        [
            "data set",
            "its buildings",
            "buildings",
            "street, km",
            "cells",
            "complete",
            "doubtful",
            "missing",
            "not judged",
        ],
        rows,
    )


def low_quantile(values: pd.Series, weights: pd.Series, share: float) -> float:
    """Return the value below which at most a share of the weights lies."""
    order = np.argsort(values.to_numpy(), kind="stable")
    below = np.cumsum(weights.to_numpy()[order]) - weights.to_numpy()[order]
    return float(values.to_numpy()[order][np.flatnonzero(below <= share * weights.sum())[-1]])


def thresholds(data: Path) -> Iterator[tuple[str, str, int, float, float]]:
    """Yield kind of evidence, data set, cells it speaks of, and the thresholds at which it errs as often as it may."""
    for kind, column in EVIDENCE.items():
        for number, each in enumerate(data_sets(data)):
            cells = found(data, number).cells.dropna(subset=[column])
            if each.known.startswith("complete") and each.name != HELD_OUT and len(cells):
                ends = (low_quantile(cells[column], cells["street_length_m"], share)
                        for share in (CALLED_MISSING, CALLED_SO_OR_DOUBTFUL))  # fmt: skip
                yield kind, each.name, len(cells), *ends


def threshold_table(data: Path) -> str:
    """Return the table from which the thresholds follow."""
    rows = []
    all_found = list(thresholds(data))
    rules = get_pack("completeness", "buildings")
    for kind in EVIDENCE:
        mine = [row for row in all_found if row[0] == kind]
        rows += [
            [kind, name, f"{cells:,}", f"{missing:.3f}", f"{doubtful:.3f}"]
            for _, name, cells, missing, doubtful in mine
        ]
        enough = [row for row in mine if row[2] >= FEWEST_CELLS]
        rows.append(
            [
                kind,
                "**least, of those with enough cells**",
                "",
                *(f"**{min(row[end] for row in enough):.3f}**" for end in (3, 4)),
            ]
        )
        rows.append([kind, "in the pack", "", f"{rules[kind]['missing']:g}", f"{rules[kind]['doubtful']:g}"])
    return table(["evidence", "data set", "cells", "missing below", "doubtful below"], rows)


def blocks_of(city: City) -> np.ndarray:
    """Return a number per building: equal for those of one block, the area that streets enclose."""
    rules = get_pack("completeness", "buildings")["streets"]
    roads = city.streets.geometry[city.streets["kind"].isin(rules["kinds"] + rules["larger_kinds"])].to_numpy()
    faces = np.array(shapely.get_parts(shapely.polygonize([shapely.union_all(roads)])))
    block = np.arange(len(city.buildings)) + len(faces)
    inside, face = shapely.STRtree(faces).query(
        shapely.point_on_surface(city.buildings.geometry.to_numpy()), predicate="within"
    )
    block[inside] = face
    return block


def thinned(city: City, kept: float, unit: np.ndarray, seed: int) -> City:
    """Return a city of which a share of units, buildings or blocks, is kept."""
    names, number = np.unique(unit, return_inverse=True)
    stays = np.random.default_rng(seed).random(len(names)) < kept
    return replace(city, buildings=city.buildings[stays[number]])


def detection(data: Path) -> str:
    """Return how much of what was complete is called missing, or missing or doubtful, once buildings are deleted."""
    rows = []
    for number, each in enumerate(data_sets(data)):
        if each.name not in ("Berlin, inner", "Los Angeles, west", "Liechtenstein"):
            continue
        before = found(data, number).cells
        sound = before["street_length_m"].where(before["status"] == "complete", 0.0)
        ways: dict[str, np.ndarray] = {
            "at random": np.arange(len(each.city.buildings)),
            "by whole blocks": blocks_of(each.city),
        }
        for way, unit in ways.items():
            told = []
            for kept in KEPT:
                called = [
                    city_completeness(thinned(each.city, kept, unit, seed)).cells["status"] for seed in range(SEEDS)
                ]
                told += [np.mean([float(sound[status.isin(names)].sum() / sound.sum()) for status in called])
                         for names in (("missing",), ("missing", "doubtful"))]  # fmt: skip
            pairs = [f"{percent(told[i])} ({percent(told[i + 1])})" for i in range(0, len(told), 2)]
            rows.append([f"{each.name}, {way}", *pairs])
    return table(["buildings deleted", *[f"{100 * (1 - kept):.0f} %" for kept in KEPT]], rows)


def trafford_areas(data: Path) -> str:
    """Return how the census areas of Trafford are told, against the number of buildings in them."""
    number = next(i for i, each in enumerate(data_sets(data)) if each.name == "Trafford")
    city = data_sets(data)[number].city
    areas = gpd.read_file(data / "trafford_mid" / "oa.geojson").to_crs(city.streets.crs).geometry
    told = area_completeness(city, found(data, number), areas)["status"]
    inside = shapely.STRtree(areas.to_numpy()).query(
        shapely.point_on_surface(city.buildings.geometry.to_numpy()), predicate="within"
    )[1]
    count = np.bincount(inside, minlength=len(areas))
    rows = []
    for words, chosen in (
        ("fewer than 10", count < 10),
        ("10 to 49", (count >= 10) & (count < 50)),
        ("50 or more", count >= 50),
    ):
        by_status = told[chosen].value_counts()
        rows.append([words, f"{chosen.sum():,}", *[f"{by_status.get(status, 0):,}" for status in STATUSES]])
    return table(["buildings in the area", "areas", "complete", "doubtful", "missing", "not judged"], rows)


def berlin_positions(data: Path) -> np.ndarray:
    """Return the cameras of inner Berlin, in metres."""
    network = read_camera_file(data / "berlin_mid" / "cameras.csv").in_crs(32633)
    return shapely.get_coordinates(network.cameras.geometry.to_numpy())


def looked_twice(
    positions: np.ndarray, seed: int, shares_seen: tuple[float, float], error_m: float
) -> list[np.ndarray]:
    """Return two lists of the same cameras, made independently, each with an error of position."""
    draw = np.random.default_rng(seed)
    lists = [positions[draw.random(len(positions)) < share] for share in shares_seen]
    return [seen + draw.normal(0.0, error_m, seen.shape) for seen in lists]


def recovered(
    positions: np.ndarray, shares_seen: tuple[float, float], error_m: float, tolerance_m: float, seeds: int
) -> tuple[float, float]:
    """Return how often the interval holds the truth, and the mean estimate."""
    holds, counts = [], []
    for seed in range(seeds):
        one, other = looked_twice(positions, seed, shares_seen, error_m)
        estimate = chapman(len(one), len(other), len(matched(one, other, tolerance_m).first))
        holds.append(estimate.low <= len(positions) <= estimate.high)
        counts.append(estimate.count)
    return float(np.mean(holds)), float(np.mean(counts))


def recovery(data: Path) -> str:
    """Return how the truth is recovered from two thinned copies of one list."""
    positions = berlin_positions(data)
    rows = []
    for seen, error_m, tolerance_m in (
        ((0.6, 0.5), 0.0, 1.0),
        ((0.3, 0.3), 0.0, 1.0),
        ((0.9, 0.2), 0.0, 1.0),
        ((0.6, 0.5), 2.0, 8.0),
        ((0.6, 0.5), 2.0, 15.0),
        ((0.6, 0.5), 5.0, 8.0),
        ((0.6, 0.5), 5.0, 15.0),
    ):
        rate, mean = recovered(positions, seen, error_m, tolerance_m, 500)
        rows.append([f"{seen[0]:g} and {seen[1]:g}", f"{error_m:g}", f"{tolerance_m:g}", percent(rate), f"{mean:,.0f}"])
    return table(
        [
            "share of cameras seen by either",
            "error of position, m",
            "tolerance, m",
            "interval holds the truth",
            "mean estimate",
        ],
        rows,
    )


def trafford_lists(data: Path) -> tuple[Undercount, str]:
    """Return what the lists of 2024 and 2018 tell together."""
    city = next(each.city for each in data_sets(data) if each.name == "Trafford")
    folder = data / "trafford_mid"
    first, second = (
        read_camera_file(folder / name) for name in ("trafford_cctv_cameras.csv", "CCTV_cameras_trafford_2018.csv")
    )
    told = undercount(first, SecondList("CCTV_cameras_trafford_2018.csv", second, 15.0), city)
    cases = [
        ("as assumed", told.matched_count, told.estimate),
        *[(v.words, v.matched_count, v.estimate) for v in told.variants],
    ]
    rows = [
        [words, f"{count}", f"{case.count:.0f}", f"{case.low:.0f} to {case.high:.0f}"]
        for words, count, case in cases
        if case
    ]
    return told, table(["case", "matched", "cameras in all", "95 % interval"], rows)


TEXT = """# Completeness

Made by `python tools/completeness.py` from the data folder beside the repository; do not edit.

## Buildings

No other map is asked. Cell by cell ({cell_m:g} m squares on the frame's axes) three kinds of evidence may speak, each only where
there is enough of it:

- *streets*: share of the sides of built-up streets ({kinds}) that have a building abreast within {depth_m:g} m, at right angles.
  Asked where there are at least {least_sides:g} m of sides. A side that looks onto water or green of {open_m2:,.0f} m² or more and has no
  building is not asked. Where these streets are too few, larger roads with buildings along them show that the map has buildings;
  their lack shows nothing.
- *land*: share of residential land under buildings, where there is at least {least_land:,.0f} m² of it.
- *places*: share of shops and the like that lie in a building, or within {within_m:g} m of one; at least {least_places:g} of them.

A cell is *missing* its buildings where one kind says so and none sees them there, *complete* where one sees them and none misses any,
*doubtful* where they differ or doubt, *not judged* where none speaks: parks, paths, open country, main roads. On a map without any
building all cells are missing. Shares are of counted street length.

{overview}

No threshold rests on {held_out}: it shows how they do where they were not made (only its western part is among those that set them).
Lower Manhattan is an extract of ways that reach beyond what it holds; it is judged by its larger roads and its few places.

### Thresholds

The thresholds are the values below which, in a complete city, {called_missing:g} % of the street length that a kind of evidence speaks
of would be called missing, and {called_doubtful:g} % missing or doubtful; the least over the complete data sets with at least
{fewest} cells, cut to two digits. Evidence of one kind is overruled by that of another, so the whole errs less often: see the table
above. The thresholds of places are lower than that, because five of them are few and stalls and kiosks are in no building.

{thresholds}

### What is found when buildings are deleted

Buildings of complete data sets are deleted at random, or by whole blocks (the areas that streets enclose). Of the street length in cells
that were complete before, the share that is then called missing, and in brackets missing or doubtful; mean of {seeds} seeds.

{detection}

So the measure finds maps that plainly lack buildings. It does not find that a quarter, and often not that half, of them is missing: a
street with half its houses looks like a looser street. *Complete* means no more than that buildings are not plainly missing.

### Trafford by census area

{areas}

## Cameras

Two lists of one place, matched one to one by position, give Chapman's estimate of all cameras of the kinds that both would record. Two
copies of the {berlin:,} cameras of inner Berlin, thinned independently of each other, 500 seeds; the interval is nominally 95 %:

{recovery}

Where cameras stand nearer to each other than the tolerance ({crowded:.0f} % of this list have a neighbour within 15 m), pairs are matched
by chance and the estimate is too low; where positions err by more than the tolerance, pairs are lost and it is too high. The report counts
such neighbours, and gives the estimate at half and double the tolerance.

### Trafford's lists of 2024 and 2018

{first} and {second} cameras, {matched} matched within 15 m, {identical} of them at one and the same spot; the lists are plainly not
independent, and six years lie between them. The report says so, and the estimate is a lower bound at best.

{trafford}
"""


def page(data: Path) -> str:
    """Return the whole page."""
    rules = get_pack("completeness", "buildings")
    streets, land, places = rules["streets"], rules["land"], rules["places"]
    told, lists = trafford_lists(data)
    positions = berlin_positions(data)
    nearest = np.sort(np.hypot(*(positions[:, None] - positions[None]).transpose(2, 0, 1)), axis=1)[:, 1]
    return TEXT.format(
        cell_m=rules["cell_m"], kinds=", ".join(streets["kinds"]), depth_m=streets["depth_m"], least_sides=streets["least"],
        open_m2=streets["open_least_m2"], least_land=land["least"], within_m=places["within_m"], least_places=places["least"],
        overview=overview(data), called_missing=100 * CALLED_MISSING, called_doubtful=100 * CALLED_SO_OR_DOUBTFUL,
        fewest=FEWEST_CELLS, held_out=HELD_OUT, thresholds=threshold_table(data), seeds=SEEDS, detection=detection(data), areas=trafford_areas(data),
        berlin=len(positions), recovery=recovery(data), crowded=100 * (nearest <= 15.0).mean(), first=told.first_count,
        second=told.second_count, matched=told.matched_count, identical=told.identical_count, trafford=lists,
    )  # fmt: skip


if __name__ == "__main__":
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else DATA
    FILE.write_text(page(folder), encoding="utf-8")
    print(f"{FILE} written")
