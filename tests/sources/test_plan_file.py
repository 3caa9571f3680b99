"""The plan file: read, and every fault told at once with its remedy."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from overseen.errors import PlanError
from overseen.sources.plan_file import read_plan
from tests.sources.zones import write_zones

FULL = """
[plan]
name = "Central Helsinki, as mapped"
date = 2019-04-21

[cameras]
file = "sample"

[city]
osm = "sample"

[viewing]
ladder = "dori"
profile = "overseen"
draws = 5

[[purposes]]
name = "Crime at the station"
zones = "zones.geojson"
level = "recognise"
share = 0.9

[[phases]]
name = "year 1"
from = 2024-01-01

[control_room]
operators_per_shift = 12
screens_per_operator = 16

[power]
outages_per_day = 2
outage_hours = [2, 4, 6]
battery_hours = 4

[retention]
days = 30

[costs]
camera = [1100, 3000, 8300]
currency = "USD"

[rules]
packs = ["edpb-2019"]
"""


STATION = [(24.940, 60.170), (24.943, 60.170), (24.943, 60.172), (24.940, 60.172)]
"""A rectangle in the sample's city, degrees."""


def faults_of(tmp_path, text):
    """Return the faults of a plan as sentences."""
    (tmp_path / "plan.toml").write_text(text, encoding="utf-8")
    with pytest.raises(PlanError) as error:
        read_plan(tmp_path / "plan.toml")
    return [str(fault) for fault in error.value.faults]


def test_every_section_is_read(tmp_path, sample) -> None:
    write_zones(tmp_path / "zones.geojson", {"The station": STATION})
    (tmp_path / "plan.toml").write_text(FULL, encoding="utf-8")
    inputs = read_plan(tmp_path / "plan.toml")
    plan = inputs.plan
    assert plan.date == dt.date(2019, 4, 21)
    assert (plan.purposes[0].level, plan.phases[0].start.year) == ("recognise", 2024)
    assert plan.purposes[0].zones.index.tolist() == ["The station"]
    assert any(source.file == "zones.geojson" for source in inputs.city.sources)
    assert (plan.retention_days, plan.costs.figures["camera"], plan.rule_packs) == (
        30.0,
        (1100.0, 3000.0, 8300.0),
        ("edpb-2019",),
    )
    assert inputs.viewing.draws == 5
    assert plan.network.cameras.equals(sample.plan.network.cameras)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('ladder = "dori"', 'ladder = "dorri"', "viewing.ladder: nothing is called 'dorri'; did you mean 'dori'?"),
        ("draws = 5", "drawz = 5", "viewing.drawz: there is no such key; did you mean 'draws'?"),
        ("draws = 5", "draws = 0", "viewing.draws: 0 does not fit"),
        (
            'level = "recognise"',
            'level = "recognize"',
            "purposes.0.level: nothing is called 'recognize'; did you mean 'recognise'?",
        ),
        ("from = 2024-01-01", "form = 2024-01-01", "phases.0.form: there is no such key; did you mean 'from'?"),
        ("from = 2024-01-01", "", "phases.0.from: it is missing; add it"),
        ("share = 0.9", "share = 90", "purposes.0.share: 90 does not fit"),
        ("[2, 4, 6]", "[6, 4, 2]", "power.outage_hours: [6, 4, 2] does not fit; low, central and high must rise"),
        ('osm = "sample"', 'osm = "gone.osm.pbf"', "city.osm: there is no file 'gone.osm.pbf' beside the plan"),
        ("[retention]", "[retentoin]", "retentoin: there is no such key; did you mean 'retention'?"),
        ('name = "Central Helsinki, as mapped"', "", "plan.name: it is missing; add it"),
    ],
)
def test_a_fault_names_its_place_and_remedy(tmp_path, old, new, sentence) -> None:
    (tmp_path / "zones.geojson").write_text("{}", encoding="utf-8")
    assert any(sentence in fault for fault in faults_of(tmp_path, FULL.replace(old, new)))


def test_all_faults_come_at_once(tmp_path) -> None:
    text = (
        FULL.replace("draws = 5", "drawz = 5")
        .replace("share = 0.9", "share = 90")
        .replace("days = 30", 'days = "long"')
    )
    assert len(faults_of(tmp_path, text)) == 3


def test_broken_toml_names_the_line(tmp_path) -> None:
    (fault,) = faults_of(tmp_path, "[plan\nname = 1")
    assert "line 1" in fault


def test_without_a_city(tmp_path) -> None:
    (tmp_path / "plan.toml").write_text('[plan]\nname = "x"\n[cameras]\nfile = "sample"\n', encoding="utf-8")
    inputs = read_plan(tmp_path / "plan.toml")
    assert inputs.city.is_bare
    assert len(inputs.plan.network.cameras) == 221


def test_an_own_ladder_must_rise(tmp_path) -> None:
    levels = (
        '[[viewing.ladder]]\nname = "a"\ndensity_px_per_m = 50\n[[viewing.ladder]]\nname = "b"\ndensity_px_per_m = 20\n'
    )
    text = '[plan]\nname = "x"\n[cameras]\nfile = "sample"\n[city]\nosm = "sample"\n' + levels
    (fault,) = faults_of(tmp_path, text)
    assert "viewing.ladder" in fault


@given(st.integers(0, len(FULL) - 1), st.characters(min_codepoint=32, max_codepoint=126))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_slip_of_the_pen_is_never_a_traceback(tmp_path, place, letter) -> None:
    from overseen.sources.plan_file import _checked

    (tmp_path / "plan.toml").write_text(FULL[:place] + letter + FULL[place + 1 :], encoding="utf-8")
    try:
        _checked(tmp_path / "plan.toml")
    except PlanError as error:
        assert all(fault.problem and fault.remedy for fault in error.faults)


def test_a_city_from_files_of_its_own(tmp_path) -> None:
    import geopandas as gpd
    import shapely

    from overseen.assessment.assess import assess

    west, south = 24.94, 60.17
    gpd.GeoDataFrame(
        {"height": ["12"]}, geometry=[shapely.box(west, south, west + 0.001, south + 0.0005)], crs=4326
    ).to_file(tmp_path / "buildings.gpkg")
    way = shapely.LineString([(west - 0.0005, south - 0.0002), (west + 0.0015, south - 0.0002)])
    gpd.GeoDataFrame({"name": ["A"]}, geometry=[way], crs=4326).to_parquet(tmp_path / "streets.parquet")
    (tmp_path / "cameras.csv").write_text(f"lon,lat\n{west},{south - 0.0001}\n", encoding="utf-8")
    (tmp_path / "plan.toml").write_text(
        '[plan]\nname = "x"\n[cameras]\nfile = "cameras.csv"\n[city]\nbuildings = "buildings.gpkg"\nstreets = "streets.parquet"\n'
        "[viewing]\ndraws = 3\n",
        encoding="utf-8",
    )
    inputs = read_plan(tmp_path / "plan.toml")
    assert inputs.city.buildings["height_m"].tolist() == [12.0]
    found = assess(inputs.plan, inputs.city, inputs.viewing)
    assert found.finding("streets_reachable_monitor_share")["value"] > 0


LISTS = """
[plan]
name = "Twice listed"

[cameras]
file = "first.csv"
is_complete = true
second = { file = "second.csv", columns = { longitude = "east" } }

[city]
osm = "sample"
"""


def test_a_second_list_is_read_and_its_faults_are_told(tmp_path, sample) -> None:
    assert sample
    (tmp_path / "first.csv").write_text("lon,lat\n24.94,60.17\n24.95,60.17\n", encoding="utf-8")
    (tmp_path / "plan.toml").write_text(LISTS, encoding="utf-8")
    assert "cameras.second.file: there is no file 'second.csv'" in faults_of(tmp_path, LISTS)[0]
    (tmp_path / "second.csv").write_text("east,lat\n24.94,60.17\n", encoding="utf-8")
    plan = read_plan(tmp_path / "plan.toml").plan
    assert plan.is_list_complete
    assert (plan.second_list.file, len(plan.second_list.network.cameras), plan.second_list.tolerance_m) == (
        "second.csv",
        1,
        15.0,
    )
    assert "cameras.second.columns.longitud" in faults_of(tmp_path, LISTS.replace("longitude", "longitud"))[0]
    assert (
        "cameras.second.tolerance"
        in faults_of(tmp_path, LISTS.replace('columns = { longitude = "east" }', "tolerance = 3"))[0]
    )


def test_a_plan_declares_no_complete_list_by_default(tmp_path, sample) -> None:
    assert not sample.plan.is_list_complete
    assert sample.plan.second_list is None


def test_a_plan_may_declare_what_a_silent_list_is_for(tmp_path) -> None:
    (tmp_path / "list.csv").write_text(
        "id,lat,lon,use\n" + "".join(f"c{i},60.17{i},24.94,\n" for i in range(5)), "utf-8"
    )
    text = '[plan]\nname = "x"\n[cameras]\nfile = "list.csv"\nuse = "plate_reader"\n'
    (tmp_path / "plan.toml").write_text(text, encoding="utf-8")
    network = read_plan(tmp_path / "plan.toml").plan.network
    assert (network.cameras["use"] == "plate_reader").all()
    assert any(notice.kind == "use declared by the plan" and notice.count == 5 for notice in network.notices)
    (fault,) = faults_of(tmp_path, text.replace("plate_reader", "plate reader"))
    assert "cameras.use" in fault
    assert "plate_reader" in fault


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            '[[phases]]\nname = "a"\nfrom = 2024-01-01\n[[phases]]\nname = "a"\nfrom = 2025-01-01\n',
            "phases.1.name: 'a' is there already",
        ),
        (
            '[[phases]]\nname = "baseline"\nfrom = 2024-01-01\n',
            "phases.0.name: 'baseline' is what stands before them all",
        ),
        (
            '[[phases]]\nname = "a"\nfrom = 2024-01-01\nuntil = 2023-01-01\n',
            "phases.0.until: it lies before the phase begins",
        ),
        (
            '[[phases]]\nname = "a"\nfrom = 2024-01-01\n',
            "cameras.examine: phases say from when a planned camera is examined",
        ),
    ],
)
def test_phases_that_contradict_something_are_faults(tmp_path, text, sentence) -> None:
    head = '[plan]\nname = "x"\n[cameras]\nfile = "list.csv"\nexamine = ["in_use", "planned"]\n'
    (tmp_path / "list.csv").write_text("lon,lat\n24.9,60.1\n", encoding="utf-8")
    assert any(sentence in fault for fault in faults_of(tmp_path, head + text))


def test_cameras_name_their_phase_and_their_end(tmp_path) -> None:
    rows = ["k1,24.9,60.1,planned,Year 1 ,", "k2,24.9,60.1001,,year 9,", "k3,24.9,60.1002,,,31.12.2024"]
    (tmp_path / "list.csv").write_text("\n".join(["id,lon,lat,status,phase,sunset date", *rows]), encoding="utf-8")
    text = '[plan]\nname = "x"\n[cameras]\nfile = "list.csv"\n[[phases]]\nname = "year 1"\nfrom = 2024-01-01\nuntil = 2026-12-31\n'
    (tmp_path / "plan.toml").write_text(text, encoding="utf-8")
    plan = read_plan(tmp_path / "plan.toml").plan
    assert plan.network.cameras["phase"].tolist() == ["year 1", "year 9", None]
    assert plan.network.cameras["active_until"].tolist() == [None, None, "2024-12-31"]
    assert plan.phases[0].until == dt.date(2026, 12, 31)
    (notice,) = [notice for notice in plan.network.notices if notice.kind == "phase not in the plan"]
    assert (notice.count, notice.example) == (1, "k2")


def test_a_plan_may_have_planned_cameras_examined(tmp_path) -> None:
    (tmp_path / "list.csv").write_text("lon,lat,status\n24.9,60.1,planned\n24.9,60.2,in use\n", encoding="utf-8")
    text = '[plan]\nname = "x"\n[cameras]\nfile = "list.csv"\nexamine = ["in_use", "planned"]\n'
    (tmp_path / "plan.toml").write_text(text, encoding="utf-8")
    assert read_plan(tmp_path / "plan.toml").plan.examined_statuses == ("in_use", "planned")
