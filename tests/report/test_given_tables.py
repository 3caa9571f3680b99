"""GeoPackage and CSV: every table is there, as described, with styles that name what is there, and the same each time."""

from __future__ import annotations

import datetime as dt
import re
import sqlite3
import xml.etree.ElementTree as ET
from contextlib import closing
from dataclasses import fields
from itertools import pairwise
from pathlib import Path

import pandas as pd
import pyogrio
import pytest

from overseen.assessment.findings import Assessment
from overseen.assessment.governed import Governed
from overseen.assessment.operations import Operations
from overseen.assessment.purpose_result import PurposeResult
from overseen.assessment.trip_result import TripResult
from overseen.report import comma_tables, geopackage
from overseen.report.comma_tables import write_comma_tables
from overseen.report.export import GEO_TABLES
from overseen.report.geopackage import write_geopackage
from overseen.report.run_tables import GIVEN_AWAY, RunTable, run_tables
from overseen.report.tables_csv import guarded_columns
from tests.report.factory import HOSTILE, paper_assessment


@pytest.fixture(scope="module")
def tables() -> tuple[RunTable, ...]:
    """Return the tables of the paper town."""
    return run_tables(paper_assessment())


@pytest.fixture(scope="module")
def package(tables, tmp_path_factory) -> Path:
    """Return its GeoPackage."""
    path = tmp_path_factory.mktemp("package") / geopackage.FILE
    write_geopackage(tables, path, date=dt.date(2019, 4, 21))
    return path


@pytest.fixture(scope="module")
def comma(tables, tmp_path_factory) -> Path:
    """Return the folder of its CSV files."""
    folder = tmp_path_factory.mktemp("comma") / comma_tables.FOLDER
    write_comma_tables(tables, folder)
    return folder


def asked(path: Path, query: str) -> list[tuple]:
    """Return rows of a GeoPackage."""
    with closing(sqlite3.connect(path)) as base:
        return base.execute(query).fetchall()


def parsed(text: str) -> ET.Element:
    """Return a style as XML."""
    return ET.fromstring(text)  # noqa: S314 - our own


def opening_style(package: Path, layer: str) -> ET.Element:
    """Return the style that a layer opens with."""
    styles = asked(package, "SELECT f_table_name, styleQML FROM layer_styles WHERE useAsDefault")
    return parsed(dict(styles)[layer])


def test_every_table_of_an_assessment_is_given_away_or_left_out_on_purpose() -> None:
    held = {field.name for field in fields(Assessment) if "DataFrame" in str(field.type)}
    held |= {f"trips.{field.name}" for field in fields(TripResult) if "DataFrame" in str(field.type)}
    for part, kind in (("operations", Operations), ("purposes", PurposeResult), ("governed", Governed)):
        held |= {f"{part}.{field.name}" for field in fields(kind) if "DataFrame" in str(field.type)}
    assert {path for path, _, _ in GIVEN_AWAY} == held
    assert {described.name for path, described, _ in GIVEN_AWAY if path in GEO_TABLES} == set(GEO_TABLES)


def test_every_layer_and_every_row_is_there(tables, package) -> None:
    kinds = dict(pyogrio.list_layers(package))
    assert set(kinds) == {table.name for table in tables} | {"layer_styles"}
    for table in tables:
        info = pyogrio.read_info(package, layer=table.name)
        assert info["features"] == len(table.frame), table.name
        assert [*info["fields"], *(["geometry"] if table.has_shapes else [])] == [
            table.frame.index.name,
            *table.frame.columns,
        ]
        assert (kinds[table.name] is not None) == table.has_shapes
        types = dict(zip(info["fields"], info["ogr_types"], strict=True))
        assert {types[column.name] for column in table.columns if column.kind == "text"} <= {"OFTString"}, table.name
        if table.has_shapes:
            assert info["crs"] == "EPSG:32635"
            assert info["geometry_type"] in ("Point", "LineString", "MultiPolygon")


def test_each_layer_has_a_title_and_the_date_of_the_plan(tables, package) -> None:
    rows = asked(package, "SELECT table_name, identifier, description, last_change FROM gpkg_contents")
    told = {name: (title, words) for name, title, words, _ in rows}
    assert {told[table.name] for table in tables} == {(table.title, table.described.row) for table in tables}
    assert {day for *_, day in rows} == {"2019-04-21T00:00:00.000Z"}


def test_values_stand_as_they_were_found(tables, package) -> None:
    streets = next(table.frame for table in tables if table.name == "streets")
    read = pyogrio.read_dataframe(package, layer="streets").set_index("street_id")
    assert read.loc["s0", "name"] == HOSTILE
    assert read["reachable_detect_length_m"].tolist() == streets["reachable_detect_length_m"].tolist()
    assert read["is_counted"].tolist() == streets["is_counted"].tolist()
    assert read.geometry.geom_equals_exact(streets.geometry, 0.0).all()


def test_styles_are_xml_and_name_only_columns_that_are_there(tables, package) -> None:
    columns = {table.name: {table.frame.index.name, *table.frame.columns} for table in tables}
    styles = asked(package, "SELECT f_table_name, styleName, styleQML, useAsDefault FROM layer_styles")
    shapes = {table.name for table in tables if table.has_shapes}
    assert {layer for layer, *_ in styles} == shapes
    assert [layer for layer, *_, is_default in styles if is_default] == [t.name for t in tables if t.has_shapes]
    assert len({(layer, name) for layer, name, *_ in styles}) == len(styles)
    for layer, name, text, _ in styles:
        root = parsed(text)
        rules = root.findall(".//rule")
        named = {word for rule in rules for word in re.findall(r'"(\w+)"', rule.get("filter", ""))}
        assert named <= columns[layer], (layer, name)
        assert named or layer == "trips"
        assert {rule.get("symbol") for rule in rules} == {symbol.get("name") for symbol in root.findall(".//symbol")}


def test_every_row_falls_under_one_rule_of_its_style(tables, package) -> None:
    # SQLite reads the few words of QGIS's expressions that the styles use.
    for layer in ("streets", "cameras", "completeness", "private_areas", "areas", "isovists"):
        rules = [rule.get("filter") for rule in opening_style(package, layer).findall(".//rule")]
        counts = " + ".join(f"COALESCE(({rule}), 0)" for rule in rules)
        found = set(asked(package, f"SELECT {counts} FROM {layer}"))  # noqa: S608 - our own
        # Nobody lives in the paper town: of areas of homes there is none.
        assert found == (set() if layer == "private_areas" else {(1,)}), layer


def test_darker_is_more_and_wider_is_more(package) -> None:
    layers = opening_style(package, "streets").iter("layer")
    looks = [{option.get("name"): option.get("value") for option in layer.iter("Option")} for layer in layers]
    red, green, blue = zip(
        *([int(part) for part in look["line_color"].split(",")[:3]] for look in looks[:5]), strict=True
    )
    grey = [0.299 * r + 0.587 * g + 0.114 * b for r, g, b in zip(red, green, blue, strict=True)]
    widths = [float(look["line_width"]) for look in looks[:5]]
    # The second is the first with any of it in view: as light as nothing, in colour and width another.
    assert grey[1:] == sorted(grey[1:], reverse=True)
    assert min(a - b for a, b in pairwise(grey[1:])) > 25.0
    assert widths == sorted(widths)


def test_the_same_tables_give_the_same_bytes(tables, package, tmp_path) -> None:
    write_geopackage(tables, tmp_path / "again.gpkg", date=dt.date(2019, 4, 21))
    assert (tmp_path / "again.gpkg").read_bytes() == package.read_bytes()
    write_geopackage(tables, tmp_path / "other.gpkg", date=None)
    assert b"1970-01-01T00:00:00.000Z" in (tmp_path / "other.gpkg").read_bytes()
    assert pyogrio.get_gdal_config_option("OGR_CURRENT_DATE") is None


def test_every_csv_reads_back_and_every_column_is_in_the_dictionary(tables, comma) -> None:
    words = pd.read_csv(comma / comma_tables.DICTIONARY, keep_default_na=False)
    assert {path.name for path in comma.iterdir()} == {f"{table.name}.csv" for table in tables} | {
        comma_tables.DICTIONARY
    }
    for table in tables:
        read = pd.read_csv(comma / f"{table.name}.csv")
        assert len(read) == len(table.frame), table.name
        assert set(read.columns) == set(words.loc[words["table"] == table.name, "column"]), table.name
    assert (words["meaning"] != "").all()
    assert set(words.loc[words["column"] == "length_m", "unit"]) == {"m"}


def test_a_csv_tells_where_a_row_is(tables, comma) -> None:
    cameras = next(table.frame for table in tables if table.name == "cameras").geometry.to_crs(4326)
    read = pd.read_csv(comma / "cameras.csv")
    assert read["longitude_deg"].to_numpy() == pytest.approx(cameras.x.to_numpy(), abs=1e-6)
    assert read["latitude_deg"].to_numpy() == pytest.approx(cameras.y.to_numpy(), abs=1e-6)
    assert "geometry" not in read


def test_no_cell_is_run_by_a_spreadsheet(tables, tmp_path) -> None:
    streets = next(table for table in tables if table.name == "streets")
    frame = streets.frame.copy()
    signs = ["=1+1", "+1", "-1", "@sum", "\tx", "Straße -1"]
    frame.loc[frame.index[: len(signs)], "name"] = signs
    frame.loc[frame.index[0], "walking_time_s"] = -1.0
    write_comma_tables([RunTable(streets.title, streets.described, frame, streets.levels)], tmp_path / "tables")
    read = pd.read_csv(tmp_path / "tables" / "streets.csv")
    assert read["name"].head(6).tolist() == ["'=1+1", "'+1", "'-1", "'@sum", "'\tx", "Straße -1"]
    assert read.loc[0, "walking_time_s"] == -1.0


def test_a_table_too_long_for_a_spreadsheet_is_left_to_the_package(tables, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(comma_tables, "MOST_ROWS", 20)
    write_comma_tables(tables, tmp_path / "tables")
    words = (
        pd.read_csv(tmp_path / "tables" / comma_tables.DICTIONARY).drop_duplicates("table").set_index("table")["file"]
    )
    for table in tables:
        assert (tmp_path / "tables" / f"{table.name}.csv").is_file() == (len(table.frame) <= 20)
        assert (words[table.name] == f"{table.name}.csv") == (len(table.frame) <= 20)
    assert words["isovists"].startswith("in overseen.gpkg alone")


def test_words_of_every_column_are_guarded_and_numbers_are_not() -> None:
    table = pd.DataFrame({"name": ["=1+1", "Ω", None], "value": [-1.5, 2.0, None]})
    told = guarded_columns(table)
    assert told["name"].tolist()[:2] == ["'=1+1", "Ω"]
    assert told["name"].isna().tolist() == [False, False, True]
    assert told["value"].equals(table["value"])
