"""Names of columns: in every language, however written; and none that means two things at once."""

from __future__ import annotations

import pytest

from overseen.errors import SourceError
from overseen.sources.camera_columns import chosen_columns, fields, known_meanings, plain_name
from overseen.sources.camera_file import read_camera_file
from overseen.sources.packs import get_pack
from overseen.sources.screening import private_name

NAMES = get_pack("columns", "names")
PRIVATE = get_pack("columns", "private")
LANGUAGES = ("de", "fr", "es", "it", "nl", "pt", "fi", "sv", "pl", "ko", "th", "ja", "fa", "tr", "ru")
ASKED_FOR = (
    "longitude",
    "latitude",
    "address",
    "camera_id",
    "kind",
    "bearing",
    "operator",
    "mounting_height",
    "count",
    "installed_on",
)


def test_every_language_has_every_column_that_matters() -> None:
    for field in ASKED_FOR:
        assert set(LANGUAGES) <= set(NAMES[field]), field


def test_no_name_means_two_fields_save_places_that_are_told_by_their_cells() -> None:
    seen: dict[str, set[str]] = {}
    for field in fields():
        for listed in NAMES[field].values():
            for name in listed:
                seen.setdefault(plain_name(name), set()).add(field)
    double = {name: found for name, found in seen.items() if len(found) > 1}
    assert all(found == {"position", "address"} for name, found in double.items() if name != "nombre")
    assert double["nombre"] == {"count", "label"}


def test_what_is_read_is_not_private_and_what_is_private_is_not_read() -> None:
    for field in fields():
        for listed in NAMES[field].values():
            assert not [name for name in listed if private_name(name)], field
    for section, rule in PRIVATE.items():
        if section != "content":
            assert not [name for name in [*rule["names"], *rule["words"]] if not private_name(name)], section


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("LONGITUDE", "longitude"), ("Länge", "longitude"), ("WGS84경도", "longitude"), ("ลองจิจูด", "longitude"), ("gps_lon", "longitude"),
        ("What is the latitude of the camera (decimal degrees)?", "latitude"), ("设备纬度", "latitude"), ("Boylam", "longitude"),
        ("Anzahl_Kameras", "count"), ("카메라대수", "count"), ("How many cameras are there?", "count"), ("Nb de caméras", "count"),
        ("촬영방면정보", "bearing"), ("surveillance:direction", "bearing"), ("Camera_Direction_(deg)", "bearing"), ("camera_dir", "bearing"),
        ("dirección", "address"), ("dirección de la cámara", "bearing"), ("Azymut", "bearing"), ("Азимут", "bearing"), ("جهت", "bearing"),
        ("HEIGHT_FT", "mounting_height"), ("Montagehöhe [m]", "mounting_height"), ("mounting_h", "mounting_height"),
        ("관리기관명", "operator"), ("Zuständige Behörde", "operator"), ("소재지도로명주소", "address"), ("設置場所", "address"),
        ("설치연월", "installed_on"), ("fecha de instalación", "installed_on"), ("Decommissioned", "active_until"), ("Wann wurde die Anlage abgebaut am?", "active_until"),
        ("Hersteller", "manufacturer"), ("型番", "model"), ("surveillance:zone", "zone"), ("area_name", "area"), ("Tip kamera", None),
        ("direction of travel", None), ("building_height", None), ("area_code", None), ("brand:wikidata", None), ("", None), ("???", None),
    ],
)  # fmt: skip
def test_names_that_are_met(name, field) -> None:
    assert next((meaning[0] for meaning in known_meanings(name)), None) == field


def test_the_best_of_several_columns() -> None:
    columns = {
        "x": ["1"], "Longitude": ["24.9"], "lat": ["60.1"], "type": ["node"], "camera:type": ["dome"], "direction": [""],
        "directionCardinal": ["N"], "Location": ["60.1, 24.9"], "name": ["Gate"], "nombre": ["12"],
    }  # fmt: skip
    chosen = chosen_columns(columns, {})
    assert (chosen["longitude"], chosen["kind"], chosen["bearing"]) == ("Longitude", "camera:type", "directionCardinal")
    assert (chosen["position"], chosen["label"], chosen["count"]) == ("Location", "name", "nombre")
    assert "address" not in chosen
    words = chosen_columns({"Location": ["Gate 5"], "nombre": ["Puerta"]}, {})
    assert words == {"label": "nombre", "address": "Location"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_list_in_every_language(tmp_path, language) -> None:
    names = {field: NAMES[field][language][0] for field in ASKED_FOR}
    cells = {"longitude": "24.9", "latitude": "60.1", "address": "1 Main St", "camera_id": "k7", "kind": "dome", "bearing": "90",
             "operator": "City", "mounting_height": "4", "count": "2", "installed_on": "2019"}  # fmt: skip
    text = "\t".join(names.values()) + "\n" + "\t".join(cells[field] for field in names) + "\n"
    (tmp_path / "list.csv").write_text(text, encoding="utf-8")
    network = read_camera_file(tmp_path / "list.csv")
    assert {field: column for field, column in network.sources[0].columns if field in names} == names
    assert network.heads[["bearing_deg", "mounting_height_m"]].iloc[0].tolist() == [90.0, 4.0]
    assert network.cameras["operator"].tolist() == ["City", "City"], "the row counts two cameras"


def test_a_column_of_which_nothing_is_made_counts_as_unread(tmp_path) -> None:
    (tmp_path / "list.csv").write_text("lon,lat,Decommissioned,area_name\n24.9,60.1,2019,A\n", encoding="utf-8")
    source = read_camera_file(tmp_path / "list.csv").sources[0]
    assert (dict(source.columns), source.unread) == (
        {"longitude": "lon", "latitude": "lat", "active_until": "Decommissioned"},
        ("area_name",),
    )


def test_a_unit_in_the_name_goes_with_the_value(tmp_path) -> None:
    (tmp_path / "list.csv").write_text("lon,lat,height (ft)\n24.9,60.1,10\n24.8,60.1,3 m\n", encoding="utf-8")
    assert read_camera_file(tmp_path / "list.csv").heads["mounting_height_m"].tolist() == [3.048, 3.0]


def test_the_plan_names_columns_and_is_told_what_there_is(tmp_path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("id,Ost,Nord,phone,dir\na,24.91234,60.11234,0161 912 2000,90\n", encoding="utf-8")
    network = read_camera_file(path, columns={"bearing": "DIR", "longitude": "Ost", "latitude": "Nord"})
    assert network.heads["bearing_deg"].tolist() == [90.0]
    with pytest.raises(SourceError) as error:
        read_camera_file(path, columns={"bearing": "facing", "remark": "phone"})
    assert [str(fault) for fault in error.value.faults] == [
        "list.csv, column facing: there is none, for bearing; use one of id, Ost, Nord, phone, dir.",
        "list.csv, column phone: it may hold telephone numbers or mail addresses, which are never read; name another column.",
    ]


def test_the_page_on_lists_names_every_field_and_format() -> None:
    import re
    from pathlib import Path

    page = (Path(__file__).parents[2] / "docs" / "camera-lists.md").read_text(encoding="utf-8")
    table = page.partition("| field |")[2].partition("\n\n")[0]
    listed = [name for row in table.splitlines() for name in re.findall(r"`(\w+)`", row.partition(" | ")[0])]
    assert sorted(listed) == sorted(fields())
    languages = re.search(r"understood in (.*?)\n?\(`", page, flags=re.DOTALL)
    assert len(re.split(r",\s|\sand\s", languages[1].strip())) == len(LANGUAGES) + 1
