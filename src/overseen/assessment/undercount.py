"""How many cameras neither of two lists has: the lists matched by position, and Chapman's estimate with its interval.

It speaks of cameras of the kinds that both lists would record, and holds only as far as its assumptions do: nothing was put up or
taken down between the lists, each was made without the other, within a list every camera was as likely to be noted as any
other, and no pair is matched wrongly. What is known against them in the lists at hand is counted beside it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from overseen.model.cameras import CameraNetwork
from overseen.model.city import City
from overseen.model.plan import SecondList
from overseen.sources.packs import get_pack
from overseen.visibility.placement import points_of

Floats = NDArray[np.float64]

NORMAL_97_5 = 1.959963984540054
"""97.5 % point of the standard normal distribution: intervals hold 95 %."""

ASSUMPTIONS = (
    "Between the dates of the two lists no camera was put up or taken down.",
    "Each list was made without the other: having a camera in one makes it no likelier in the other.",
    "Within each list, every camera was as likely to be noted as any other.",
    "Every pair within the tolerance is one camera, and no camera is farther off than that.",
)
"""What the estimate rests on, as sentences."""


@dataclass(frozen=True, slots=True)
class Matching:
    """One-to-one pairs of two sets of positions.

    Parameters
    ----------
    first, second
        Rows of the two sets, shape (pairs,), in the order of the first.
    distance_m
        How far apart each pair stands.
    """

    first: NDArray[np.intp]
    second: NDArray[np.intp]
    distance_m: Floats


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number of cameras with the ends of the interval that holds it at 95 % if the assumptions hold."""

    count: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Variant:
    """The estimate again under another tolerance or dependence.

    Parameters
    ----------
    name
        What differs, such as ``tolerance_x0.5`` or ``odds_ratio_2``.
    words
        The same in words.
    matched_count
        Pairs matched.
    estimate
        ``None`` where there are too few.
    """

    name: str
    words: str
    matched_count: int
    estimate: Estimate | None


@dataclass(frozen=True, slots=True)
class Undercount:
    """What two lists of one place tell together.

    Parameters
    ----------
    second_file
        The other list.
    first_count, second_count
        Cameras in use inside the study boundary, in either list.
    outside_count
        Cameras of either list that were left out: out of use, or outside the boundary.
    tolerance_m
        Farthest distance at which two entries may be one camera.
    matched_count
        Pairs.
    identical_count
        Pairs at one and the same spot.
    crowded_share
        Share of cameras with a neighbour in their own list nearer than the tolerance.
    pairs
        Identifiers of the matched cameras, and their distance in m.
    estimate
        ``None`` where it is refused.
    refusal
        Why there is no estimate; empty where there is one.
    doubts
        What in the lists speaks against the assumptions, as sentences.
    variants
        The estimate under other tolerances and dependences.
    """

    second_file: str
    first_count: int
    second_count: int
    outside_count: int
    tolerance_m: float
    matched_count: int
    identical_count: int
    crowded_share: float
    pairs: tuple[tuple[str, str, float], ...]
    estimate: Estimate | None
    refusal: str
    doubts: tuple[str, ...]
    variants: tuple[Variant, ...]

    @property
    def distinct_count(self) -> int:
        """Cameras in either list, each once."""
        return self.first_count + self.second_count - self.matched_count


def undercount(
    network: CameraNetwork, second: SecondList, city: City, rules: dict[str, Any] | None = None
) -> Undercount:
    """Return what a network and a second list of the same place tell of the cameras that neither has.

    Both lists are cut to the study boundary, outside of which one may not have looked. ``rules`` are as in the pack
    ``completeness/undercount``, which is the default.
    """
    rules = rules or get_pack("completeness", "undercount")
    (one, ids), (other, other_ids) = (_in_use(each, city) for each in (network, second.network))
    listed = len(network.cameras) + len(second.network.cameras)
    matching = matched(one, other, second.tolerance_m)
    count = len(matching.first)
    least = int(rules["least_matches"])
    identical = int((matching.distance_m <= rules["identical_m"]).sum())
    crowded = _crowded_share(one, other, second.tolerance_m)
    variants = _variants(one, other, second.tolerance_m, count, rules)
    estimate = chapman(len(one), len(other), count) if count >= least else None
    return Undercount(
        second.file,
        len(one),
        len(other),
        listed - len(one) - len(other),
        second.tolerance_m,
        count,
        identical,
        crowded,
        tuple(
            (str(ids[i]), str(other_ids[j]), float(distance))
            for i, j, distance in zip(matching.first, matching.second, matching.distance_m, strict=True)
        ),
        estimate,
        "" if estimate else _refusal(count, least, second.tolerance_m),
        _doubts(estimate, variants, identical / max(count, 1), crowded, rules) if estimate else (),
        variants if estimate else (),
    )


def matched(one: Floats, other: Floats, tolerance_m: float) -> Matching:
    """Return the one-to-one pairs within a tolerance that fit best.

    A pair saves as much as it is nearer than the tolerance; the pairs that save most together are taken. So a good pair is never
    broken to make two bad ones. The result hangs neither on the order of the rows nor on which list is called the first.

    Parameters
    ----------
    one, other
        Positions, shape (n, 2), m.
    tolerance_m
        Farthest distance of a pair.

    Examples
    --------
    >>> pairs = matched(np.array([[0.0, 0.0], [10.0, 0.0]]), np.array([[9.0, 0.0]]), 15.0)
    >>> pairs.first.tolist(), pairs.second.tolist(), pairs.distance_m.tolist()
    ([1], [0], [1.0])
    """
    # Among equally good pairings the one found hangs on the order alone: let places decide the order.
    order, other_order = (np.lexsort(positions.T) for positions in (one, other))
    is_turned = (len(one), one[order].tobytes()) > (len(other), other[other_order].tobytes())
    rows, columns = (other_order, order) if is_turned else (order, other_order)
    left, right = (other[rows], one[columns]) if is_turned else (one[rows], other[columns])
    i, j = _best_pairs(left, right, tolerance_m)
    first, second = (columns[j], rows[i]) if is_turned else (rows[i], columns[j])
    order = np.argsort(first)
    first, second = first[order], second[order]
    return Matching(first, second, np.hypot(*(one[first] - other[second]).T))


def _best_pairs(left: Floats, right: Floats, tolerance_m: float) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    i, j = shapely.STRtree(points_of(right)).query(points_of(left), predicate="dwithin", distance=tolerance_m)
    # A pair at the very tolerance saves this little, and is one.
    saving = tolerance_m - np.hypot(*(left[i] - right[j]).T) + 1e-9 * tolerance_m
    size = len(left) + len(right)
    graph = coo_array((np.ones(len(i)), (i, len(left) + j)), shape=(size, size))
    group = connected_components(graph, directed=False)[1][i]
    found: list[tuple[NDArray[np.intp], NDArray[np.intp]]] = []
    for edges in _groups(group):
        near, near_row = np.unique(i[edges], return_inverse=True)
        far, far_row = np.unique(j[edges], return_inverse=True)
        table = np.zeros((len(near), len(far)))
        table[near_row, far_row] = saving[edges]
        row, column = linear_sum_assignment(table, maximize=True)
        is_pair = table[row, column] > 0.0
        found.append((near[row[is_pair]], far[column[is_pair]]))
    if not found:
        return np.empty(0, dtype=np.intp), np.empty(0, dtype=np.intp)
    return np.concatenate([pair[0] for pair in found]), np.concatenate([pair[1] for pair in found])


def _groups(group: NDArray[np.int32]) -> list[NDArray[np.intp]]:
    """Return the rows of each group."""
    order = np.argsort(group, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(group[order])) + 1) if len(group) else []


def chapman(first_count: int, second_count: int, matched_count: int) -> Estimate:
    """Return Chapman's estimate of how many there are, with a 95 % interval that is log-normal in what neither list has.

    The estimate is (n₁ + 1)(n₂ + 1)/(m + 1) − 1 (Chapman 1951). The interval adds half a camera to each of the three counts (in
    both, in the first alone, in the second alone), so that it has a width where a count is nought; it is known as the .5
    transformed logit interval (Sadinle 2009; not verified against the original). How often it holds the truth is simulated in
    the tests.

    Examples
    --------
    >>> found = chapman(98, 163, 86)
    >>> round(found.count), round(found.low), round(found.high)
    (186, 179, 201)
    """
    return _estimate(first_count, second_count, matched_count, odds_ratio=1.0)


def _estimate(first_count: int, second_count: int, matched_count: int, *, odds_ratio: float) -> Estimate:
    """Return the estimate if a camera of one list is likelier in the other by an odds ratio."""
    alone, other_alone = first_count - matched_count, second_count - matched_count
    distinct = alone + other_alone + matched_count
    both = matched_count + 0.5
    unseen = odds_ratio * (alone + 0.5) * (other_alone + 0.5) / both
    spread = 1.0 / both + 1.0 / (alone + 0.5) + 1.0 / (other_alone + 0.5) + both / ((alone + 0.5) * (other_alone + 0.5))
    factor = float(np.exp(NORMAL_97_5 * np.sqrt(spread)))
    count = distinct + odds_ratio * alone * other_alone / (matched_count + 1)
    # Fewer than the two lists hold together there cannot be.
    low = max(float(distinct), distinct - 0.5 + unseen / factor)
    return Estimate(float(count), low, distinct - 0.5 + unseen * factor)


def _in_use(network: CameraNetwork, city: City) -> tuple[Floats, NDArray[np.object_]]:
    """Return positions and identifiers of the cameras in use inside the boundary."""
    cameras: gpd.GeoDataFrame = network.in_crs(city.streets.crs).cameras
    points = cameras.geometry.to_numpy()
    kept = (cameras["status"] == "in_use").to_numpy() & shapely.intersects(points, city.boundary)
    return shapely.get_coordinates(points[kept]), cameras.index.to_numpy()[kept]


def _crowded_share(one: Floats, other: Floats, tolerance_m: float) -> float:
    crowded = 0
    for positions in (one, other):
        points = points_of(positions)
        row, near = shapely.STRtree(points).query(points, predicate="dwithin", distance=tolerance_m)
        crowded += len(np.unique(row[row != near]))
    return crowded / max(len(one) + len(other), 1)


def _variants(
    one: Floats, other: Floats, tolerance_m: float, matched_count: int, rules: dict[str, Any]
) -> tuple[Variant, ...]:
    found = []
    for factor in rules["tolerance_factors"]:
        count = len(matched(one, other, factor * tolerance_m).first)
        estimate = chapman(len(one), len(other), count) if count >= rules["least_matches"] else None
        words = f"with a tolerance of {factor * tolerance_m:g} m"
        found.append(Variant(f"tolerance_x{factor:g}", words, count, estimate))
    for ratio in rules["odds_ratios"]:
        words = f"if being in one list makes a camera likelier in the other, by an odds ratio of {ratio:g}"
        estimate = _estimate(len(one), len(other), matched_count, odds_ratio=ratio)
        found.append(Variant(f"odds_ratio_{ratio:g}", words, matched_count, estimate))
    return tuple(found)


def _refusal(count: int, least: int, tolerance_m: float) -> str:
    pairs = "No camera stands" if count == 0 else f"Only {count} camera{' stands' if count == 1 else 's stand'}"
    return f"{pairs} in both lists within {tolerance_m:g} m, and fewer than {least} tell nothing of how many neither list has."


def _doubts(
    estimate: Estimate,
    variants: tuple[Variant, ...],
    identical_share: float,
    crowded_share: float,
    rules: dict[str, Any],
) -> tuple[str, ...]:
    found = []
    if identical_share > rules["identical_share"]:
        found.append(
            f"{100 * identical_share:.0f} % of the pairs stand at one and the same spot: the lists very likely come from one source, so a"
            " camera of one is likelier in the other, and the estimate is too low."
        )
    if crowded_share > rules["crowded_share"]:
        found.append(
            f"{100 * crowded_share:.0f} % of the cameras have a neighbour in their own list nearer than the tolerance: pairs may be"
            " matched by chance, and the estimate is then too low."
        )
    others = [v.estimate for v in variants if v.name.startswith("tolerance")]
    if any(other is None or not estimate.low <= other.count <= estimate.high for other in others):
        found.append(
            "With half or double the tolerance the estimate leaves its interval: it hangs on what counts as one place."
        )
    return tuple(found)
