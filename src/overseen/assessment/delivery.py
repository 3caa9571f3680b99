"""What is seen of streets as promised and as delivered while the power fails, by area and part of the day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from overseen.assessment.power import BLOCKS, PERIODS
from overseen.exposure.cuts import cut_by_areas
from overseen.exposure.drawn_streets import DrawnStreets, named_levels
from overseen.exposure.streets import INTERVAL, counted_streets, courses_inside
from overseen.kernels.delivery import Parts, delivered_bounds
from overseen.model.city import City
from overseen.model.schema import DELIVERED, interval_columns
from overseen.model.viewing import Viewing

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

FEWEST_CAMERAS = 10
"""Of an area with fewer cameras nothing is published: it would be about single ones."""

FEWEST_WITHHELD = 2
"""One area withheld alone is what the total leaves when all others are taken off."""

ROUNDING = 1e-9
"""Less than this part of a street outside of all areas is what rounding leaves."""

HOURS = 24.0 / BLOCKS
"""Length of a part of the day, h."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """Counted street in view at the level of noticing someone, by area, over the kept draws; plate readers left out.

    Parameters
    ----------
    length_m
        Counted street by area, shape (areas,).
    promised_m
        Metres that cameras could look at were there no outages, shape (areas, draws); spread evenly along each piece of street.
    least_m, most_m
        Bounds of what stays on average, per part of the day, shape (areas, draws, blocks).
    everywhere
        The same three summed over all counted streets, in an area or not: (draws,), (draws, blocks), (draws, blocks).
    length_all_m
        Counted street in all.
    """

    length_m: Floats
    promised_m: Floats
    least_m: Floats
    most_m: Floats
    everywhere: tuple[Floats, Floats, Floats]
    length_all_m: float


def delivery_of(
    city: City, areas: gpd.GeoDataFrame, drawn: DrawnStreets, dark: Floats | None, feeder: Integers, viewing: Viewing
) -> Delivery:
    """Return what of the street in view is delivered; all of it where no outage is known of.

    ``feeder`` is the number of the feeder of each camera of ``drawn``, and ``dark`` (feeders, draws, blocks) how long each is dark.
    """
    courses = courses_inside(city)
    parts = _parts(courses, counted_streets(city), areas.geometry.to_numpy())
    count = len(areas)
    length_m = np.zeros(count + 1)
    np.add.at(length_m, parts.group, parts.weight * shapely.length(courses)[parts.street])
    kept = drawn.draw_count
    if dark is None:
        dark = np.zeros((max(1, int(feeder.max(initial=-1)) + 1), kept, BLOCKS))
    dark = np.ascontiguousarray(dark[:, :kept])
    seen = drawn.length_m["reachable", named_levels(viewing.ladder)["noticed"]]
    promised, least, most = delivered_bounds(drawn.watchers, feeder, dark, seen, parts, count + 1)
    everywhere = promised.sum(axis=0), least.sum(axis=0), most.sum(axis=0)
    return Delivery(length_m[:count], promised[:count], least[:count], most[:count], everywhere, float(length_m.sum()))


def _parts(courses: NDArray[np.object_], is_counted: NDArray[np.bool_], shapes: NDArray[np.object_]) -> Parts:
    """Return the parts of counted streets by area, street after street; what is in no area is in a last group of its own."""
    rows = np.flatnonzero(is_counted & ~shapely.is_empty(courses))
    cuts = cut_by_areas(courses[rows], shapes)
    whole = shapely.length(courses[rows])
    weight = shapely.length(cuts.part) / whole[cuts.course]
    inside = np.zeros(len(rows))
    np.add.at(inside, cuts.course, weight)
    rest = np.flatnonzero(inside < 1.0 - ROUNDING)
    street = np.concatenate([rows[cuts.course], rows[rest]])
    group = np.concatenate([cuts.area, np.full(len(rest), len(shapes))])
    order = np.lexsort((group, street))
    weight = np.concatenate([weight, 1.0 - inside[rest]])
    return Parts(street[order].astype(np.int64), group[order].astype(np.int64), weight[order])


def delivered_table(
    areas: gpd.GeoDataFrame,
    delivery: Delivery,
    dark: Mapping[str, Floats],
    points: NDArray[np.object_],
    feeder: Integers,
) -> pd.DataFrame:
    """Return table ``delivered``, area after area in the order of their identifiers.

    ``dark`` holds the shares of the time without a ``recording`` and without a ``live`` picture, (feeders, draws, blocks). ``points`` are where cameras stand and ``feeder`` is that of each. Areas are withheld as :func:`withheld` says.
    """
    area, camera = shapely.STRtree(points).query(areas.geometry.to_numpy(), predicate="intersects")
    order = np.argsort(areas.index.astype(str), kind="stable")
    inside = [camera[area == place] for place in order.tolist()]
    rows: dict[str, dict[str, object]] = {}
    for place, cameras, is_few in zip(order, inside, withheld(inside), strict=True):
        standing = feeder[cameras]
        name = areas["name"].iloc[place]
        for block, period in enumerate(PERIODS):
            row: dict[str, object] = {"area_id": str(areas.index[place]), "name": None if pd.isna(name) else name, "period": period,
                                      "is_withheld": is_few, "camera_count": np.nan if is_few else float(len(standing))}  # fmt: skip
            for stem in ("recording", "live"):
                unknown = is_few or stem not in dark
                on = np.full(1, np.nan) if unknown else 1.0 - dark[stem][standing, :, block].mean(axis=0)
                row |= _interval(stem, "share", on, on, on)
            promised, least, most = (
                np.full(1, np.nan) if is_few else values * HOURS
                for values in (delivery.promised_m[place], delivery.least_m[place, :, block], delivery.most_m[place, :, block])
            )  # fmt: skip
            row |= _interval("promised_street", "m_h", promised, promised, promised)
            row |= _interval("delivered_street", "m_h", least, (least + most) / 2.0, most)
            rows[f"{areas.index[place]} {period}"] = row
    if not rows:
        return DELIVERED.empty()
    frame = pd.DataFrame.from_dict(rows, orient="index").rename_axis(index="area_period")
    return DELIVERED.checked(frame)


def withheld(inside: Sequence[NDArray[np.intp]]) -> NDArray[np.bool_]:
    """Return which areas are withheld, given the cameras in each: those with few, and as many more as hide these.

    The total over all areas is published too, so a single area withheld is the total less the others. The smallest of the areas
    still shown follow, the first of those alike, until at least two with cameras are withheld and these hold no fewer cameras
    together than an area that is shown: complementary suppression. Areas are taken to lie beside one another, not within.

    Examples
    --------
    >>> [withheld([np.arange(n) + 100 * place for place, n in enumerate(counts)]).tolist() for counts in ((20, 3, 30), (20, 30), (20, 4, 3, 30))]
    [[True, True, False], [False, False], [True, True, True, False]]
    """
    counts = np.array([len(cameras) for cameras in inside], dtype=np.int64)
    is_withheld = counts < FEWEST_CAMERAS
    while (is_withheld & (counts > 0)).any() and not is_withheld.all():
        chosen = np.flatnonzero(is_withheld & (counts > 0))
        together = len(np.unique(np.concatenate([inside[place] for place in chosen.tolist()])))
        if len(chosen) >= FEWEST_WITHHELD and together >= FEWEST_CAMERAS:
            break
        is_withheld[np.argmin(np.where(is_withheld, np.iinfo(np.int64).max, counts))] = True
    return np.asarray(is_withheld)


def _interval(stem: str, suffix: str, least: Floats, middle: Floats, most: Floats) -> dict[str, float]:
    """Return mean, low and high of a quantity of which each draw gives bounds."""
    low, high = float(np.quantile(least, INTERVAL[0])), float(np.quantile(most, INTERVAL[1]))
    return dict(zip(interval_columns(stem, suffix), (float(middle.mean()), low, high), strict=True))


def person_hours_per_day(
    delivery: Delivery, unit: NDArray[np.intp], residents: Floats, hours_per_day: Floats
) -> tuple[Floats, Floats, Floats]:
    """Return hours that residents spend in view in a day: as promised, and at least and at most as delivered, shape (draws,).

    Residents of an area times the hours that a resident spends in the streets around their home in a day, times the share of the
    area's street that is in view; at all hours of the day alike. ``unit`` are the rows of the counted areas.
    """
    length = delivery.length_m[unit]
    weight = np.divide(residents, length, out=np.zeros_like(residents), where=length > 0.0)
    parts = delivery.promised_m[unit], delivery.least_m[unit].mean(axis=2), delivery.most_m[unit].mean(axis=2)
    promised, least, most = (hours_per_day[: part.shape[1]] * (weight @ part) for part in parts)
    return promised, least, most
