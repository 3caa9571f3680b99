"""Files that are no list: one clear sentence each, and never a word of what stands in them."""

from __future__ import annotations

import gzip
import io
import json
import zipfile

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from overseen.errors import SourceError
from overseen.sources.camera_file import read_camera_file
from tests.sources.camera_lists import FORMATS, ROWS, text, written

OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def zipped(**members: bytes) -> bytes:
    """Return an archive; ``__`` in a name stands for a dot."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "."), content)
    return buffer.getvalue()


PLAIN = text(ROWS).encode()
BAD = {
    "empty": (b"", "list.csv", "the file is empty"),
    "blank": (b" \n\t\n", "list.csv", "it holds nothing but blanks"),
    "junk": (np.random.default_rng(1).bytes(5000), "list.csv", "it is neither text nor a format known here"),
    "junk that is called a workbook": (np.random.default_rng(2).bytes(5000), "list.xlsx", "it is neither text nor a format known here"),
    "a page": (b"<!DOCTYPE html><html><body>Log in</body></html>", "list.csv", "it is a web page, not a list"),
    "a table in a page": (b"<table><tr><td>1</td></tr></table>", "list.xls", "it is a web page, not a list"),
    "other XML": (b"<?xml version='1.0'?><feed/>", "list.xml", "it is XML of a sort that is not known here"),
    "a PDF": (b"%PDF-1.7 ...", "list.csv", "it is a PDF"),
    "a picture": (b"\x89PNG\r\n\x1a\n....", "list.csv", "it is a picture"),
    "a pointer": (b"version https://git-lfs.github.com/spec/v1\noid sha256:1\n", "list.csv", "it is a pointer of Git LFS"),
    "a locked workbook": (OFFICE + b"\x00" * 600 + "EncryptedPackage".encode("utf-16-le"), "list.xlsx", "it is protected by a password"),
    "a broken old workbook": (OFFICE + b"\x00" * 600, "list.xls", "it cannot be read as a workbook"),
    "a broken workbook": (zipped(xl_workbook__xml=b"x", **{"xl/workbook.xml": b"<no>"}), "list.xlsx", "it cannot be read as a workbook"),
    "a text document": (zipped(**{"word/document.xml": b"x"}), "list.docx", "it is a text document"),
    "half a gzip": (gzip.compress(PLAIN * 50)[:-20], "list.csv.gz", "it is compressed and cut off or damaged"),
    "a gzip of nothing": (gzip.compress(b""), "list.csv.gz", "it is compressed and holds nothing"),
    "half a zip": (zipped(list__csv=PLAIN)[:-30], "list.zip", "it is a zip archive that is empty, cut off or damaged"),
    "an empty zip": (zipped(), "list.zip", "it is a zip archive that is empty, cut off or damaged"),
    "a zip of two lists": (zipped(a__csv=PLAIN, b__csv=PLAIN), "list.zip", "several files of which each could be the list"),
    "a zip of none": (zipped(readme__md=b"x"), "list.zip", "no file that a list could be read from"),
    "half of JSON": (b'[{"lat": 60.1, "lon": 24.9}, {"lat"', "list.json", "it is no JSON: it breaks at line 1 of 1"),
    "JSON of nothing": (b"{}", "list.json", "no list of cameras is found in it"),
    "JSON of words": (b'["a", "b"]', "list.json", "no list of cameras is found in it"),
    "deep JSON": (b"[" * 100_000, "list.json", "it is no JSON"),
    "GeoJSON without features": (b'{"type": "FeatureCollection", "features": []}', "list.geojson", "it holds no row"),
    "a header alone": (b"lon,lat\n", "list.csv", "it holds no row"),
    "no position": (b"name,colour\na,red\n", "list.csv", "no column of it is understood as longitude"),
    "streets only": (b"id,street,lat,lon\n1,Main St,,\n", "list.csv", "no row has a position"),
    "a part of a Shapefile": (b"GEOGCS[]", "list.prj", r"it is a part of a Shapefile \(.prj\); name list.shp instead"),
    "half a database": (b"SQLite format 3\x00" + b"x" * 3000, "list.gpkg", "it is damaged or not what its first bytes promise"),
    "half a Parquet": (b"PAR1" + b"x" * 3000, "list.parquet", "it is damaged or no Parquet"),
    "half a KML": (b"<?xml version='1.0'?><kml><Document><Placemark>", "list.kml", "it is damaged or not what its first bytes promise"),
    "half a Shapefile": (b"\x00\x00\x27\x0a" + b"\x00" * 60, "list.shp", "it is damaged or not what its first bytes promise"),
}  # fmt: skip


@pytest.mark.parametrize(("content", "name", "sentence"), BAD.values(), ids=BAD.keys())
def test_each_gets_one_sentence(tmp_path, content, name, sentence) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(SourceError, match=sentence) as error:
        read_camera_file(tmp_path / name)
    assert {fault.file for fault in error.value.faults} == {name}
    assert len(error.value.faults) <= 2


def test_a_folder_and_a_file_that_is_not_there(tmp_path) -> None:
    with pytest.raises(SourceError, match="it is a folder; name the file inside"):
        read_camera_file(tmp_path)
    with pytest.raises(SourceError, match="there is no such file"):
        read_camera_file(tmp_path / "gone.csv")


def test_a_plane_that_there_is_none_of(tmp_path) -> None:
    with pytest.raises(SourceError, match="no coordinate reference system is called 'EPSG:two'; write it as in"):
        read_camera_file(written(ROWS, "comma.csv", tmp_path), crs="EPSG:two")


def test_all_faults_of_a_list_and_of_the_city_at_once(tmp_path) -> None:
    from overseen.sources.plan_file import read_plan

    (tmp_path / "list.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    (tmp_path / "town.osm").write_text("no XML", encoding="utf-8")
    plan = '[plan]\nname = "p"\n[cameras]\nfile = "list.csv"\n[city]\nosm = "town.osm"\n'
    (tmp_path / "plan.toml").write_text(plan, encoding="utf-8")
    with pytest.raises(SourceError) as error:
        read_plan(tmp_path / "plan.toml")
    assert [fault.file for fault in error.value.faults] == ["list.csv", "list.csv", "town.osm"]


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("name", FORMATS)
def test_no_format_breaks_when_it_is_cut_or_bitten(tmp_path, name) -> None:
    content = written(ROWS, name, tmp_path).read_bytes()
    chance = np.random.default_rng(len(name))
    for number in range(12):
        broken = bytearray(content[: int(chance.integers(1, len(content)))] if number % 2 else content)
        for _ in range(0 if number % 2 else 8):
            broken[int(chance.integers(len(broken)))] = int(chance.integers(256))
        path = tmp_path / f"{number}{name[name.index('.') :]}"
        path.write_bytes(bytes(broken))
        try:
            network = read_camera_file(path)
        except SourceError as error:
            assert error.faults
        else:
            assert len(network.cameras) >= 1


CELLS = st.sampled_from(
    ["", "x", "24.9", "60.1", "24,9", "NB", "90;180", "\"'", "åäö 東京", "1e400", "-", "NaN", "=1+1", "41558", " 7 "]
)
ENCODED = st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"])
HEADERS = st.permutations(["id", "Länge", "Breite", "direction", "height", "operator", "notes", "installed", "count"])


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(header=HEADERS, body=st.lists(st.lists(CELLS, min_size=1, max_size=11), max_size=12), delimiter=st.sampled_from(",;\t|"), encoding=ENCODED)  # fmt: skip
def test_no_row_is_lost_without_a_word(tmp_path, header, body, delimiter, encoding) -> None:
    """Every row is a camera, or counted in one notice of what was left out, whatever stands in its cells."""
    sure = {"Länge": "24.91234", "Breite": "60.17123", "id": "sure"}
    rows = [[sure.get(name, "") for name in header], *body]
    quoted = [delimiter.join('"' + cell.replace('"', '""') + '"' for cell in row) for row in [header, *rows]]
    (tmp_path / "list.csv").write_bytes("\n".join(quoted).encode(encoding, errors="ignore"))
    network = read_camera_file(tmp_path / "list.csv")
    width = len(header)
    filled = sum(1 for row in rows if any(cell.strip() not in ("", "NaN") for cell in row[:width] + row[width:]))
    lost = sum(notice.count for notice in network.notices if notice.kind.endswith(("left out", "merged")))
    # A row that counts several cameras is several.
    assert network.cameras["source"].nunique() + lost == filled


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.recursive(st.none() | st.floats() | st.text(max_size=5), lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["lat", "lon", "type", "features", "elements", "geometry", "coordinates", "properties", "id", "tags", "x"]), inner, max_size=4), max_leaves=20))  # fmt: skip
def test_no_json_breaks_it(tmp_path, content) -> None:
    (tmp_path / "list.json").write_text(json.dumps(content), encoding="utf-8")
    try:
        assert len(read_camera_file(tmp_path / "list.json").cameras)
    except SourceError as error:
        assert error.faults
