"""Secrets planted in a camera list of every format: not one of them in any byte that overseen prints or writes."""

from __future__ import annotations

import base64
import gzip
import json
import re
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from overseen.cli.main import overseen
from overseen.errors import InputError
from tests.sources.camera_lists import FORMATS, written
from tests.sources.osm_text import OsmText

PLANTED = {
    "ip_address": ("10.23.45.{0}", "10.23.45."),
    "stream": ("rtsp://10.9.8.{0}:554/secretstream{0}", "secretstream"),
    "webcam": ("https://cams.example.org/secretcam{0}", "secretcam"),
    "contact person": ("Zacharias Quillfeather {0}", "Quillfeather"),
    "Telefon": ("+49 30 555 0123{0}", "555 0123"),
    "Passwort": ("hunter{0}secret", "hunter"),
    "field_9": ("cam{0}:geheim99@192.168.0.{0}", "geheim99"),
    "owner": ("Aurelia Nightingale-{0}", "Nightingale"),
    "reader": ("quill{0}@example.org", "quill"),
}
"""Column -> its cells by row, and the letters that must not turn up."""

CELLS = {
    ("camera_id", 1): "192.168.77.88",
    ("type", 2): "rtsp://leakinkind/1",
    ("direction", 3): "call +49 30 5550199",
    ("height", 4): "http://leakinheight/2",
    ("operator", 5): "Herr Wolkenstein",
    ("remark", 6): "login: admin, password: geheimer",
    ("name", 7): "see www.leakinname.example",
    ("installed", 8): "by leak@indate.example",
}
"""Single cells of columns that are kept."""

TRACES = [trace for _, trace in PLANTED.values()] + [
    "192.168.77", "leakinkind", "5550199", "leakinheight", "Wolkenstein", "geheimer", "leakinname", "indate.example", "example.org",
]  # fmt: skip


def planted_rows() -> list[dict[str, object]]:
    """Return a list of ten cameras on the street of :func:`town`, with everything planted."""
    rows: list[dict[str, object]] = []
    for number in range(10):
        row: dict[str, object] = {
            "camera_id": f"c{number}", "lon": 24.9401234 + number * 1e-4, "lat": 60.1700123, "type": "dome", "direction": "90",
            "height": "4", "operator": "City", "remark": "by the door", "name": f"Gate {number}", "installed": "2019",
        }  # fmt: skip
        row |= {column: cell.format(number) for column, (cell, _) in PLANTED.items()}
        row |= {column: cell for (column, place), cell in CELLS.items() if place == number}
        rows.append(row)
    return rows


def town(folder: Path) -> None:
    """Write a street with a house, and the plan of a list ``cameras`` beside it."""
    text = OsmText()
    for number, lon in ((2, 24.939), (3, 24.943)):
        text.node(number, lon, 60.17)
    text.way(10, [2, 3], highway="residential")
    text.box(20, 24.9402, 60.1702, 0.0005, building="yes")
    text.write(folder / "town.osm")


def everything(folder: Path) -> str:
    """Return all that a run left as text: bytes as they are, and what is packed in them."""
    found = []
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        content = path.read_bytes()
        found.append(content.decode("latin-1"))
        found += [gzip.decompress(base64.b64decode(blob)).decode("latin-1")
                  for blob in re.findall(rb"H4sI[A-Za-z0-9+/=]+", content)]  # fmt: skip
        if path.suffix == ".parquet":
            table = pq.read_table(path)
            found += [str(table.schema.metadata), table.to_pandas().to_csv()]
    return "\n".join(found)


def assert_clean(text: str) -> None:
    """Hold a text free of everything planted."""
    assert [trace for trace in TRACES if trace.lower() in text.lower()] == []


TAGGED = ("export.geojson", "answer.json", "list.osm")
ASSESSED = ("comma.csv", "book.xlsx", "list.gpkg", "answer.json", "list.osm")
"""One format of each reader: behind the reader there is one way for all, whose input is held clean for every format."""


def planted_list(name: str, folder: Path) -> Path:
    """Return the path of the planted list in a format."""
    return written(planted_rows(), name, folder) if name in FORMATS else tagged(name, folder)


def assert_told(kinds: list[str], name: str) -> None:
    """Hold that all that was dropped is told."""
    dropped = [kind for kind in kinds if "dropped" in kind]
    # Shapefiles cut names to ten letters; tags have names of their own.
    named = [column for column in PLANTED if any(f" {column[:10]}" in kind for kind in dropped)]
    assert named == list(PLANTED) if name in FORMATS else len(dropped) >= len(PLANTED)
    assert "operator dropped" in dropped


@pytest.mark.filterwarnings("ignore::RuntimeWarning:pyogrio")
@pytest.mark.parametrize("name", [*FORMATS, *TAGGED])
def test_nothing_planted_is_printed_or_read(tmp_path, capfd, name) -> None:
    from overseen.sources.camera_file import read_camera_file

    path = planted_list(name, tmp_path)
    said = ""
    for arguments in (["check", str(path)], ["check", str(path), "--json"]):
        result = CliRunner().invoke(overseen, arguments)
        assert result.exit_code == 1, result.output
        said += result.output
    network = read_camera_file(path)
    read = "".join(
        (
            network.cameras.to_csv(),
            network.heads.to_csv(),
            repr(network.sources),
            repr(network.notices),
            repr(network.readings),
        )
    )
    assert_clean(said + read + "".join(capfd.readouterr()))
    assert "10 cameras" in said
    assert "by the door" in read
    assert_told([notice.kind for notice in network.notices], name)


@pytest.mark.filterwarnings("ignore::RuntimeWarning:pyogrio")
@pytest.mark.parametrize("name", ASSESSED)
def test_nothing_planted_is_written(tmp_path, capfd, name) -> None:
    town(tmp_path)
    path = planted_list(name, tmp_path)
    (tmp_path / "plan.toml").write_text(
        f'[plan]\nname = "p"\n[cameras]\nfile = "{path.name}"\n[city]\nosm = "town.osm"\n[viewing]\ndraws = 2\n',
        encoding="utf-8",
    )
    result = CliRunner().invoke(overseen, ["assess", str(tmp_path / "plan.toml"), "-o", str(tmp_path / "out")])
    assert result.exit_code == 0, result.output
    out = everything(tmp_path / "out")
    assert_clean(result.output + out + "".join(capfd.readouterr()))
    assert "by the door" in out
    notices = json.loads((tmp_path / "out" / "assessment.json").read_text(encoding="utf-8"))["notices"]
    assert_told([notice["kind"] for notice in notices], name)


def tagged(name: str, folder: Path) -> Path:
    """Return the same as objects of OpenStreetMap, in one of three formats."""
    keys = {"type": "camera:type", "remark": "fixme", "ip_address": "ip", "contact person": "contact:person", "stream": "url", "webcam": "contact:webcam",
            "Telefon": "contact:phone", "Passwort": "password", "camera_id": "ref", "installed": "start_date"}  # fmt: skip
    rows = planted_rows()
    tags = [{"man_made": "surveillance"} | {keys.get(key, key): str(value) for key, value in row.items() if key not in ("lon", "lat", "owner")}
            | {"owner:contact": str(row["owner"])} for row in rows]  # fmt: skip
    if name == "list.osm":
        text = OsmText()
        for number, (row, tag) in enumerate(zip(rows, tags, strict=True), start=100):
            text.node(
                number,
                float(row["lon"]),
                float(row["lat"]),
                **{key.replace(":", "__"): value for key, value in tag.items()},
            )  # type: ignore[arg-type]
        return text.write(folder / name)
    content: dict[str, object] = {"elements": [{"type": "node", "id": number, "lon": row["lon"], "lat": row["lat"], "tags": tag, "user": "quill_the_mapper"}
                                               for number, (row, tag) in enumerate(zip(rows, tags, strict=True), start=100)]}  # fmt: skip
    if name == "export.geojson":
        content = {"type": "FeatureCollection", "features": [
            {"type": "Feature", "geometry": {"type": "Point", "coordinates": [row["lon"], row["lat"]]},
             "properties": {"@id": f"node/{number}", "@user": "quill_the_mapper", **tag}}
            for number, (row, tag) in enumerate(zip(rows, tags, strict=True), start=100)]}  # fmt: skip
    (folder / name).write_text(json.dumps(content), encoding="utf-8")
    return folder / name


@pytest.mark.parametrize(
    "content",
    [
        "10.23.45.6,hunter2secret,quill@example.org\n1,2,3\n",
        "id,rtsp://10.9.8.7/secretstream1\n1,x\n",
        "lon,lat,stream\n,,rtsp://10.9.8.7/secretstream1\n",
        "lon,lat,id\nhttps://cams.example.org/secretcam1,x,hunter2secret\n",
        '{"http://cams.example.org/secretcam": [{"quill@example.org": 1}]}',
        '{"elements": [{"type": "way", "id": 1, "tags": {"man_made": "surveillance", "url": "rtsp://a/secretstream"}}]}',
        "<html><body>admin:geheim99@192.168.0.1</body></html>",
        '[{"lat": 1, "stream": "rtsp://a/secretstream1"}, {"la',
    ],
)
def test_nothing_planted_stands_in_a_fault_or_in_what_caused_it(tmp_path, content) -> None:
    import traceback

    from overseen.sources.camera_file import read_camera_file

    (tmp_path / "list.csv").write_text(content, encoding="utf-8")
    with pytest.raises(InputError) as error:
        read_camera_file(tmp_path / "list.csv")
    assert_clean("".join(traceback.format_exception(error.value)))
    assert_clean(CliRunner().invoke(overseen, ["check", str(tmp_path / "list.csv")]).output)


def test_names_of_sheets_and_layers_are_screened_too(tmp_path) -> None:
    import pyogrio

    path = tmp_path / "book.xlsx"
    rows = pd.DataFrame({"lon": [24.91234], "lat": [60.11234]})
    for sheet in ("10.23.45.6", "quill@example.org"):
        pyogrio.write_dataframe(
            rows if sheet[0] == "1" else pd.DataFrame({"a": ["x"]}),
            path,
            driver="XLSX",
            layer=sheet,
            append=path.exists(),
        )
    output = CliRunner().invoke(overseen, ["check", str(path)]).output
    assert_clean(output)
    assert "sheet not read, 1, such as sheet 'sheet 2'" in output


def test_the_trap_itself_works(tmp_path) -> None:
    (tmp_path / "a.html").write_bytes(b'x="' + base64.b64encode(gzip.compress(b"hunter2secret")) + b'"')
    with pytest.raises(AssertionError):
        assert_clean(everything(tmp_path))
