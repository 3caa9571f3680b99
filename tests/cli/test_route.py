"""``overseen route``: what it prints and writes, and that nothing of one's own track is in it."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
import shapely
from click.testing import CliRunner

from overseen.cli.main import overseen
from overseen.cli.routes import routes_between
from overseen.report.route_page import lacking_m, near_cameras, route_document
from tests.sources.osm_text import OsmText

PLAN = '[plan]\nname = "Two ways"\n[cameras]\nfile = "cameras.csv"\n[city]\nname = "Rome"\nosm = "town.osm"\n[viewing]\ndraws = 4\n'
EAST, NORTH = 0.0018, 0.0009
"""About 100 m each at sixty degrees north."""

WEST, SOUTH = 24.9400, 60.1700
TRACK = """<?xml version="1.0"?>
<gpx version="1.1" creator="Zyxwvut" xmlns="http://www.topografix.com/GPX/1/1"><metadata><author><name>Quillfeather</name></author></metadata>
<trk><name>Home to work</name><trkseg>
{points}
</trkseg></trk></gpx>"""


def corner(column: float, row: float) -> tuple[float, float]:
    """Return longitude and latitude of a corner of the town."""
    return WEST + EAST * column, SOUTH + NORTH * row


@pytest.fixture(scope="module")
def town(tmp_path_factory) -> Path:
    """Write a town of 25 blocks with a camera on the second of its six rows, and return the plan."""
    folder = tmp_path_factory.mktemp("route")
    text = OsmText()
    for column in range(6):
        for row in range(6):
            text.node(1 + 6 * column + row, *corner(column, row))
    for line in range(6):
        text.way(100 + line, [1 + 6 * column + line for column in range(6)], highway="residential", name=f"Row {line}")
    for line in range(6):
        text.way(200 + line, [1 + 6 * line + row for row in range(6)], highway="footway")
    for block in range(25):
        lon, lat = corner(block % 5, block // 5)
        # Between two rows of houses nobody sees a street but the one that runs past.
        text.box(300 + block, lon + 0.0002, lat + 0.0001, 0.0007, building="yes")
    text.write(folder / "town.osm")
    lon, lat = corner(2.5, 1)
    rows = ["camera_id,lon,lat,type,operator", f"gate,{lon},{lat},dome,City of <Rome>"]
    (folder / "cameras.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    (folder / "plan.toml").write_text(PLAN, encoding="utf-8")
    return folder / "plan.toml"


def place(column: float, row: float) -> str:
    """Return a place as it is typed."""
    lon, lat = corner(column, row)
    return f"{lat:.6f},{lon:.6f}"


@pytest.fixture(scope="module")
def run(town, tmp_path_factory):
    """Return what a run prints and the folder that it wrote, with a track of one's own."""
    out = tmp_path_factory.mktemp("ways") / "out"
    points = "\n".join(
        f'<trkpt lat="{lat + 0.000011:.6f}" lon="{lon + 0.000013:.6f}"><time>2024-05-06T07:08:09Z</time></trkpt>'
        for lon, lat in (corner(1 + 0.5 * step, 4) for step in range(7))
    )
    track = out.parent / "mine.gpx"
    track.write_text(TRACK.format(points=points), encoding="utf-8")
    arguments = [
        "route",
        place(1, 1),
        place(4, 1),
        "--plan",
        str(town),
        "--detour",
        "1",
        "--gpx",
        str(track),
        "-o",
        str(out),
    ]
    done = CliRunner().invoke(overseen, arguments, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output, out


def test_it_prints_both_ways_what_the_way_round_costs_and_the_track(run) -> None:
    printed = run[0].splitlines()
    assert printed[0].startswith("Shortest way: 3")
    assert printed[1].startswith("Least-seen way at most 100\N{NO-BREAK SPACE}% longer: ")
    assert re.match(r"The least-seen way is \d+\sm \(\d+\s%\) longer, with .+ in view\.", printed[2])
    assert printed[3].startswith("Your track, drawn to the streets")
    assert [line.split(": ")[0] for line in printed[4:]] == ["Ways", "Map"]


def test_the_page_has_a_map_both_ways_and_the_camera(run) -> None:
    page = (run[1] / "route.html").read_text(encoding="utf-8")
    assert page.count("<svg") == 1
    for words in (
        "Where is each way in view?",
        "Shortest way",
        "Least-seen way",
        "Row 1",
        "City of &lt;Rome&gt;",
        "gate",
    ):
        assert words in page
    assert "<Rome>" not in page
    # The way on the watched street and the one round it, street by street.
    rows = re.findall(r"<tr><td>(Shortest way|Least-seen way.*?)</td><td>(.*?)</td>", page)
    assert [street for way, street in rows if way == "Shortest way"] == ["Row 1"]
    assert [street for way, street in rows if way != "Shortest way"][1] != "Row 1"
    # It opens without anything from outside, and without a script.
    assert "<script" not in page
    assert not re.search(r"(?:src|href)=[\"']?(?:https?:)?//", page)


def test_the_camera_is_on_the_map_where_it_stands(town) -> None:
    found, of_track = routes_between(town, place(1, 1), place(4, 1), detour=1.0, track=None)
    points, met = near_cameras(found, shapely.box(*shapely.total_bounds(found.ways[0].pieces.course)).buffer(60.0))
    # Halfway between the second and the third block's corners, on the way itself.
    assert shapely.distance(shapely.points(points), shapely.multilinestrings(found.ways[0].pieces.course)).max() < 1.0
    assert (met.tolist(), of_track) == ([True], ())
    assert lacking_m(found) == 0.0
    lacking = replace(found, missing_m=found.missing_m + 7.0)
    assert "m of these ways lie where the map lacks buildings" in str(route_document(lacking))
    assert "lacks buildings" not in str(route_document(found))


def test_nothing_of_the_track_is_written(run) -> None:
    assert sorted(path.name for path in run[1].iterdir()) == ["route.html", "routes.gpx"]
    for path in run[1].iterdir():
        text = path.read_text(encoding="utf-8")
        for secret in ("Quillfeather", "Zyxwvut", "Home to work", "2024-05-06", "07:08:09", "mine", "Your track"):
            assert secret not in text, (path.name, secret)
        # The track runs along the fifth row, where neither way leads.
        assert f"{SOUTH + 4 * NORTH:.4f}" not in text
    assert "Quillfeather" not in run[0]


def test_the_gpx_of_the_ways_has_no_times(run) -> None:
    text = (run[1] / "routes.gpx").read_text(encoding="utf-8")
    assert text.count("<trk>") == 2
    assert "<time" not in text


def test_again_the_same_bytes(run, town, tmp_path) -> None:
    arguments = ["route", place(1, 1), place(4, 1), "--plan", str(town), "--detour", "1", "-o", str(tmp_path)]
    CliRunner().invoke(overseen, arguments, catch_exceptions=False)
    for name in ("route.html", "routes.gpx"):
        assert (tmp_path / name).read_bytes() == (run[1] / name).read_bytes()


@pytest.mark.parametrize(
    ("start", "problem"), [("60.9,24.9", "away"), ("Nowhere", "no place of the city"), ("99,1", "off the globe")]
)
def test_places_that_are_none_are_refused(town, start, problem) -> None:
    from overseen.errors import SourceError

    done = CliRunner().invoke(overseen, ["route", start, place(4, 1), "--plan", str(town)])
    assert done.exit_code != 0
    said = done.output + (str(done.exception) if isinstance(done.exception, SourceError) else "")
    assert problem in said
