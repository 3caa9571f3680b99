"""Entries into view and signs before them: worked out on paper, and the laws."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import shapely

from overseen.assessment.examine import examine
from overseen.assessment.governed import entry_findings
from overseen.exposure.streets import courses_inside, street_exposure
from overseen.exposure.view_entries import ViewEntries, view_entries
from overseen.kernels.stretches import Stretches, merged_stretches
from overseen.model.governance import Governance, Signs
from tests.exposure.test_streets import ROUND, certain
from tests.town import ORIGIN, network, plan, town

CROSS = [[(10, 100), (100, 100)], [(100, 100), (190, 100)], [(100, 190), (100, 100)], [(100, 100), (100, 10)]]
"""Four streets that meet in the middle."""


def crossing(streets=CROSS, *, is_open_air=None, **options):
    """Return a town of streets with joints where their ends coincide."""
    city = town([], streets, **options)
    ends = [[course[0], course[-1]] for course in streets]
    names = {place: number for number, place in enumerate(sorted({end for pair in ends for end in pair}))}
    table = city.streets.assign(
        from_node=[names[first] for first, _ in ends], to_node=[names[last] for _, last in ends]
    )
    if is_open_air is not None:
        table["is_open_air"] = is_open_air
    return replace(city, streets=table)


def entries_of(city, cameras, signs=None, *, look=None, notice_m=50.0) -> ViewEntries:
    look = look or certain(draws=2)
    examined = examine(network(cameras), city, look).examined
    drawn = street_exposure(city, examined, look, keeps_draws=True).drawn
    places = None if signs is None else Signs("signs", tuple((x + ORIGIN[0], y + ORIGIN[1]) for x, y in signs))
    return view_entries(city, drawn.stretches, places, notice_m=notice_m)


CAMERA = {"at": (100, 100), **ROUND}
"""Sees 80 m all round: it looks down 80 of the 90 m of each street."""


def test_four_streets_pass_into_view_once_each() -> None:
    found = entries_of(crossing(), [CAMERA])
    assert found.entry_count.tolist() == [4, 4]
    assert found.unsigned_count is None
    assert found.street_length_m == pytest.approx(360.0)
    assert found.streets["entry_count"].tolist() == [1.0] * 4
    assert found.streets["unsigned_count"].isna().all()


@pytest.mark.parametrize(
    ("sign", "served"),
    [
        ((15, 100), 1),  # out of view, 5 m before it
        ((15, 109), 1),  # beside the way
        ((15, 111), 0),  # too far from any way
        ((25, 100), 0),  # in view already
        ((100, 100), 0),  # in the middle of it
        ((10, 100), 1),  # at the end of the street, 10 m before
    ],
)
def test_where_a_sign_serves(sign, served) -> None:
    found = entries_of(crossing(), [CAMERA], [sign])
    assert found.unsigned_count.tolist() == [4 - served] * 2


@pytest.mark.parametrize(("notice_m", "served"), [(9.9, 0), (10.1, 1)])
def test_how_far_before_the_view_a_sign_may_stand(notice_m, served) -> None:
    found = entries_of(crossing(), [CAMERA], [(10, 100)], notice_m=notice_m)
    assert found.unsigned_count.tolist() == [4 - served] * 2


def test_a_sign_leads_around_corners_but_not_through_the_view() -> None:
    # A lane joins the west end of the street; a sign in it serves the entry at (20, 100) only, 40 m along the ways.
    streets = [*CROSS, [(10, 100), (10, 130)]]
    found = entries_of(crossing(streets), [CAMERA], [(10, 130)], notice_m=40.5)
    assert found.entry_count.tolist() == [4, 4]
    assert found.unsigned_count.tolist() == [3, 3]
    assert entries_of(crossing(streets), [CAMERA], [(10, 130)], notice_m=39.5).unsigned_count.tolist() == [4, 4]
    # However far a sign may stand, the view itself is no way to walk unseen.
    assert entries_of(crossing(streets), [CAMERA], [(10, 130)], notice_m=500.0).unsigned_count.tolist() == [3, 3]


def test_who_comes_up_from_an_underpass_enters_at_its_mouth() -> None:
    # The northern street runs under ground: its mouth in the middle is in view.
    city = crossing(is_open_air=[True, True, False, True])
    found = entries_of(city, [CAMERA], [(100, 120)])
    assert found.entry_count.tolist() == [4, 4]
    assert found.unsigned_count.tolist() == [3, 3], "a sign in the underpass serves its mouth"


def test_ways_from_beyond_the_boundary_hold_no_entry_where_they_are_cut() -> None:
    city = crossing()
    middle = replace(city, boundary=shapely.transform(shapely.box(50, 50, 150, 150), lambda points: points + ORIGIN))
    assert entries_of(middle, [CAMERA]).entry_count.tolist() == [0, 0]
    half = replace(city, boundary=shapely.transform(shapely.box(0, 0, 150, 200), lambda points: points + ORIGIN))
    assert entries_of(half, [CAMERA]).entry_count.tolist() == [3, 3]


def test_no_camera_no_entry_and_all_in_view_no_entry() -> None:
    far = {"at": (100, 100), **ROUND, "status": "disused"}
    assert entries_of(crossing(), [far]).entry_count.tolist() == [0, 0]
    short = [[(60, 100), (100, 100)], [(100, 100), (140, 100)]]
    assert entries_of(crossing(short), [CAMERA]).entry_count.tolist() == [0, 0]


def test_plate_readers_are_left_out() -> None:
    assert entries_of(crossing(), [{**CAMERA, "use": "plate_reader"}]).entry_count.tolist() == [0, 0]


def scene(seed: int):
    rng = np.random.default_rng(seed)
    grid = [[(20 + 40 * i, y), (60 + 40 * i, y)] for i in range(4) for y in (20, 60, 100, 140, 180)]
    grid += [[(x, 20 + 40 * i), (x, 60 + 40 * i)] for i in range(4) for x in (20, 60, 100, 140, 180)]
    cameras = [{"at": tuple(rng.uniform(10, 190, 2)), "bearing_deg": float(rng.uniform(0, 360)), "field_of_view_deg": 80.0,
                "image_width_px": float(rng.uniform(300, 900)), "mounting_height_m": 4.0} for _ in range(4)]  # fmt: skip
    signs = [tuple(rng.uniform(10, 190, 2)) for _ in range(25)]
    return grid, cameras, signs


class OnFoot:
    """The slow, obvious twin: from every entry outward, stretch by stretch, while out of view. One draw."""

    def __init__(self, city, stretches: Stretches) -> None:
        self.lines = courses_inside(city)
        self.ends = city.streets[["from_node", "to_node"]].to_numpy()
        first = stretches.first
        self.seen = [stretches.along_m[first[row] : first[row + 1]].tolist() for row in range(len(self.lines))]

    def is_in_view(self, street, along) -> bool:
        return any(low - 1e-9 <= along <= high + 1e-9 for low, high in self.seen[street])

    def stop(self, street, along, step) -> float:
        """Return where the view begins, or the street ends, going one way."""
        if step < 0:
            return max([high for _, high in self.seen[street] if high <= along + 1e-9], default=0.0)
        return min([low for low, _ in self.seen[street] if low >= along - 1e-9], default=self.lines[street].length)

    def walked(self, street, along, step, left, visited):
        """Yield (street, from, to) that can be walked out of view from a place, going one way."""
        stop = self.stop(street, along, step)
        length = min(abs(stop - along), left)
        yield street, *sorted((along, along + step * length))
        if length == abs(stop - along) and stop in (0.0, self.lines[street].length) and left > length:
            yield from self.around(self.ends[street][0 if stop == 0.0 else 1], left - length, visited)

    def around(self, node, left, visited):
        if visited.get(node, -1.0) >= left:
            return
        visited[node] = left
        for street, side in zip(*np.nonzero(self.ends == node), strict=True):
            start = 0.0 if side == 0 else self.lines[street].length
            if not self.is_in_view(street, start):
                yield from self.walked(street, start, 1 if side == 0 else -1, left, visited)

    def entries(self):
        """Yield (street, place, way outward)."""
        for street, line in enumerate(self.lines):
            for low, high in self.seen[street]:
                yield from (
                    (street, along, step)
                    for along, step in ((low, -1), (high, 1))
                    if 0.01 <= along <= line.length - 0.01
                )

    def counts(self, signs, notice_m) -> tuple[int, int]:
        """Return entries, and those without a sign."""
        found = list(self.entries())
        return len(found), sum(not self.is_signed(signs, self.walked(*entry, notice_m, {})) for entry in found)

    def is_signed(self, signs, ways) -> bool:
        return any(
            low - 1e-9 <= self.lines[street].line_locate_point(sign) <= high + 1e-9
            and self.lines[street].distance(sign) <= 10.0
            for street, low, high in ways
            for sign in signs
        )


@pytest.mark.parametrize("seed", range(4))
def test_against_walking_out_from_every_entry(seed) -> None:
    grid, cameras, signs = scene(seed)
    city, look = crossing(grid), certain(draws=1)
    drawn = street_exposure(city, examine(network(cameras), city, look).examined, look, keeps_draws=True).drawn
    found = view_entries(city, drawn.stretches, Signs("s", tuple(np.array(signs) + ORIGIN)), notice_m=60.0)
    points = [shapely.Point(np.array(sign) + ORIGIN) for sign in signs]
    assert (found.entry_count[0], found.unsigned_count[0]) == OnFoot(city, drawn.stretches).counts(points, 60.0)
    assert found.entry_count[0] > 0


@pytest.mark.parametrize("seed", range(3))
def test_the_laws_of_signs(seed) -> None:
    grid, cameras, signs = scene(seed)
    city = crossing(grid)
    none, some, more = (entries_of(city, cameras, signs[:number]) for number in (0, 10, 25))
    assert none.unsigned_count.tolist() == none.entry_count.tolist()
    assert (some.unsigned_count <= none.unsigned_count).all()
    assert (more.unsigned_count <= some.unsigned_count).all(), "a sign more never leaves more entries without one"
    farther = entries_of(city, cameras, signs[:10], notice_m=120.0)
    assert (farther.unsigned_count <= some.unsigned_count).all()
    again = entries_of(city, [*cameras, cameras[0]], signs)
    assert again.entry_count.tolist() == more.entry_count.tolist(), "a camera twice changes nothing"


@pytest.mark.parametrize("seed", range(3))
def test_stretches_have_the_lengths_in_view(seed) -> None:
    grid, cameras, _ = scene(seed)
    city, look = crossing(grid), certain(draws=3)
    drawn = street_exposure(city, examine(network(cameras), city, look).examined, look, keeps_draws=True).drawn
    row = np.repeat(np.arange(len(drawn.stretches.first) - 1), np.diff(drawn.stretches.first))
    length = np.bincount(row, np.diff(drawn.stretches.along_m, axis=1)[:, 0], len(drawn.stretches.first) - 1)
    kept = drawn.length_m["reachable", 0]
    # Gaps of a metre or less are joined.
    assert (length.reshape(kept.shape) >= kept - 1e-3).all()
    assert (length.reshape(kept.shape) <= kept + 3.0).all()


def test_merging() -> None:
    parts = np.array([[5.0, 6.0], [0.0, 1.0], [1.5, 2.0], [0.5, 0.7]])
    assert merged_stretches(parts, 4, 0.5) == 2
    assert parts[:2].tolist() == [[0.0, 2.0], [5.0, 6.0]]


def test_the_table_names_streets_and_adds_up() -> None:
    found = entries_of(crossing(), [CAMERA], [(15, 100)])
    assert found.streets["unsigned_count"].tolist() == [0.0, 1.0, 1.0, 1.0]
    assert isinstance(found.streets, pd.DataFrame)
    assert found.streets["entry_count"].sum() == found.entry_count.mean()


def west_of(x: float):
    """Return where the map lacks buildings: west of a line."""
    return lambda points: points[:, 0] < ORIGIN[0] + x


def test_entries_where_the_map_lacks_buildings_are_counted_apart() -> None:
    city = crossing()
    drawn = street_exposure(
        city, examine(network([CAMERA]), city, certain(draws=2)).examined, certain(draws=2), keeps_draws=True
    ).drawn
    signs = Signs("s", ((15 + ORIGIN[0], 100 + ORIGIN[1]),))
    # Entries lie at x = 20 and x = 180 and twice at x = 100; the one in the west has its sign.
    for line, missing, unsigned in ((0, 0, 0), (50, 1, 0), (150, 3, 2), (200, 4, 3)):
        found = view_entries(city, drawn.stretches, signs, is_missing_at=west_of(line))
        assert found.entry_count.tolist() == [4, 4]
        assert found.missing_entry_count.tolist() == [missing] * 2
        assert (found.unsigned_count.tolist(), found.missing_unsigned_count.tolist()) == ([3, 3], [unsigned] * 2)
        assert found.streets["unmapped_entry_count"].sum() == missing


def test_an_entry_at_a_joint_lies_at_the_joint() -> None:
    # All of the second street is in view, none of the third: the joint is the entry.
    streets = [[(100, 60), (100, 100)], [(100, 100), (180, 100)], [(180, 100), (180, 190)]]
    city = crossing(streets)
    found = entries_of(city, [CAMERA])
    drawn = street_exposure(
        city, examine(network([CAMERA]), city, certain(draws=1)).examined, certain(draws=1), keeps_draws=True
    ).drawn
    total = int(found.entry_count[0])
    seen: list[np.ndarray] = []
    view_entries(city, drawn.stretches, None, is_missing_at=lambda points: [seen.append(points), west_of(0)(points)][1])
    assert len(seen[0]) == total
    assert all(
        shapely.distance(shapely.Point(point), shapely.MultiLineString(list(courses_inside(city)))) < 1e-6
        for point in seen[0]
    )
    assert np.allclose(np.hypot(*(seen[0] - (np.array((100, 100)) + ORIGIN)).T), 80.0, atol=0.05)


def test_what_lies_where_the_map_is_known_is_a_lower_bound_and_the_rest_none() -> None:
    city, look = crossing(), certain(draws=2)
    drawn = street_exposure(city, examine(network([CAMERA]), city, look).examined, look, keeps_draws=True).drawn
    signs = Signs("s", ((15 + ORIGIN[0], 100 + ORIGIN[1]),))
    of = replace(plan([CAMERA]), governance=Governance(signs=signs))
    whole = entry_findings(view_entries(city, drawn.stretches, signs), of, lacks=False)
    assert whole["bound"].tolist() == ["none"] * 3
    assert whole["value"].tolist() == [4.0, 3.0, 0.25]
    parts = entry_findings(view_entries(city, drawn.stretches, signs, is_missing_at=west_of(150)), of, lacks=True)
    assert parts["value"].to_dict() == {
        "entries_into_view_count": 1.0, "entries_into_view_unmapped_count": 3.0, "entries_without_sign_count": 1.0,
        "entries_without_sign_unmapped_count": 2.0, "entries_with_sign_share": 0.0,
    }  # fmt: skip
    assert parts["bound"].tolist() == ["lower", "none", "lower", "none", "none"]
    assert parts.loc["entries_into_view_count", "meaning"].endswith("where the map is not found to lack buildings")
