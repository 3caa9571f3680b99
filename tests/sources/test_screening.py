"""What is never kept: found by names and by cells, and nothing harmless dropped with it."""

from __future__ import annotations

import pytest

from overseen.sources.camera_file import read_camera_file
from overseen.sources.screening import (
    given_away,
    private_columns,
    private_name,
    screened_cells,
    screened_tags,
    shown_name,
)

WEB, NETWORK, LOGIN = "addresses of streams or web pages", "network addresses", "logins or passwords"
PHONE, PERSON = "telephone numbers or mail addresses", "names of persons"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("rtsp://10.0.0.1/x", WEB), ("see www.town.example", WEB), ("cam1.town.example:8080", WEB), ("cam/axis-cgi/mjpg", WEB),
        ("live.m3u8", WEB), ("cams.town.gov", WEB), ("foto-webcam.eu", WEB), ("cam.town.co.uk", WEB), ("10.20.30.40", NETWORK), ("at 10.20.30.40:554", NETWORK), ("fe80::1ff:fe23:4567:890a", NETWORK),
        ("00:1B:44:11:3A:B7", NETWORK), ("00-1b-44-11-3a-b7", NETWORK), ("admin:secret@host", LOGIN), ("Passwort: x", LOGIN), ("비밀번호 1234", LOGIN),
        ("user", LOGIN), ("jane@council.gov.uk", PHONE), ("jane (at) council.gov", PHONE), ("+44 161 912 2000", PHONE), ("0161-912-2000", PHONE),
        ("(555) 123-4567", PHONE), ("02-123-4567", PHONE), ("06 12 34 56 78", PHONE), ("Tel.01619122000", PHONE), ("Herr Muster", PERSON),
        ("Ansprechpartner: Max Muster", PERSON), ("contact Jane Roe", PERSON), ("Sra. López", PERSON),
    ],
)  # fmt: skip
def test_what_gives_itself_away(text, reason) -> None:
    assert given_away(text, "remark") == reason


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("Greater Manchester Police", "operator"), ("Köln, Am Hof 3-5", "address"), ("since 2019-04-21 10:00", "remark"), ("21.04.2019", "remark"),
        ("21-04-2019 10:00", "remark"), ("90 180 270 360", "bearing"), ("338-23;155-200", "bearing"), ("9018045", "bearing"), ("150000099", "bearing"),
        ("60.1712345", "latitude"), ("5820123.45", "y"), ("10049888195", "camera_id"), ("CAM 0123 456789", "camera_id"), ("E05015247", "area"),
        ("52.5", "mounting_height"), ("20190421", "installed_on"), ("Pan Tilt Zoom", "kind"), ("Mrs Macquaries Road", "address"),
        ("PTZ 4.0.1", "model"), ("CAM-017.NW", "camera_id"), ("St.Pauli", "operator"), ("Gem.de Bilt", "operator"), ("a.s.", "operator"), ("DS-2CD2143G0-I", "model"), ("48126-1234", "address"), ("48 cameras, 12:30 to 18:45", "remark"),
    ],
)  # fmt: skip
def test_what_is_harmless(text, field) -> None:
    assert given_away(text, field) is None


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("IP", NETWORK), ("contact:facebook", PHONE), ("Camera IP Address", NETWORK), ("MAC주소", NETWORK), ("stream_url", WEB), ("contact:webcam", WEB), ("Lien vidéo", WEB),
        ("UserName", LOGIN), ("Kennwort", LOGIN), ("@user", LOGIN), ("last_edited_user", LOGIN), ("Telefonnummer", PHONE), ("관리기관전화번호", PHONE),
        ("เบอร์โทรศัพท์", PHONE), ("E-Mail", PHONE), ("Contact person", PERSON), ("contact pe", PERSON), ("Ansprechpartnerin", PERSON), ("担当者名", PERSON),
        ("ФИО", PERSON), ("نام مسئول", PERSON), ("Yetkili Kişi", PERSON), ("imię i nazwisko", PERSON),
        ("operator", None), ("관리기관명", None), ("telephone pole", None), ("name", None), ("owner_organisation", None), ("description", None),
    ],
)  # fmt: skip
def test_names_of_columns(name, reason) -> None:
    assert private_name(name) == reason


def test_columns_go_by_a_share_of_their_cells() -> None:
    cells = ["10.0.0.1", "", "gate", "tower", "bridge", "door"]
    rows = [f"row {number}" for number in range(2, 8)]
    dropped, notices = private_columns(
        {"a": cells, "b": [*cells[2:], "wall", "mast"]}, rows, fields={}, file="list.csv"
    )
    assert dropped == {"a": NETWORK}
    assert [(n.kind, n.count, n.example) for n in notices] == [
        ("column a dropped, it may hold network addresses", 5, "row 2")
    ]
    rare = ["10.0.0.1", *["gate"] * 9]
    assert private_columns({"a": rare}, [str(n) for n in range(10)], fields={}, file="list.csv")[0] == {}
    assert screened_cells(rare, "remark") == (["", *["gate"] * 9], [0])


def test_owners_are_kept_where_they_are_organisations() -> None:
    rows = [str(number) for number in range(4)]
    persons = ["Jane Roe", "John Doe", "Max Muster", "Jane Roe's aunt"]
    bodies = ["TMBC", "TMBC", "Harbour Board", "City of Sale"]
    found, _ = private_columns(
        {"owner": persons, "Owner": bodies}, rows, fields={"owner": "owner", "Owner": "owner"}, file=""
    )
    assert found == {"owner": PERSON}


def test_an_owner_stands_for_an_operator_where_none_is_named(tmp_path) -> None:
    (tmp_path / "list.csv").write_text(
        "lon,lat,owner,operator\n24.9,60.1,City,\n24.8,60.1,City,Police\n", encoding="utf-8"
    )
    network = read_camera_file(tmp_path / "list.csv")
    assert network.cameras["operator"].tolist() == ["City", "Police"]


def test_an_operator_that_is_the_address_of_its_pictures_is_not_kept(tmp_path) -> None:
    (tmp_path / "list.csv").write_text(
        "lon,lat,operator\n"
        + "".join(f"24.9{n}123,60.1{n}123,{'foto-webcam.eu' if n == 3 else 'City'}\n" for n in range(9)),
        encoding="utf-8",
    )
    network = read_camera_file(tmp_path / "list.csv")
    assert network.cameras["operator"].isna().sum() == 1
    assert [(notice.kind, notice.count) for notice in network.notices if "spot" not in notice.kind] == [
        ("operator dropped", 1)
    ]
    kept, dropped = screened_tags({"operator": "foto-webcam.eu", "contact:facebook": "towncams", "height": "4"})
    assert (kept, list(dropped)) == ({"height": "4"}, ["operator", "contact:facebook"])


def test_tags_and_names_that_hold_something_themselves() -> None:
    kept, dropped = screened_tags(
        {"man_made": "surveillance", "phone": "1", "operator": "Jane <j@town.gov>", "height": "4", "created_by": "JOSM"}
    )
    assert kept == {"man_made": "surveillance", "height": "4", "created_by": "JOSM"}
    assert dropped == {"phone": f"tag phone dropped, it may hold {PHONE}", "operator": "operator dropped"}
    assert [shown_name(name, 3) for name in ("gate", "http://a.example/x", "")] == ["gate", "column 3", "column 3"]
