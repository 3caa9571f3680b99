"""A plan of several cities: a folder for each, and what they make up together."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from overseen.errors import PlanError
from overseen.sources.plan_cities import city_parts
from overseen.sources.plan_file import read_plan, read_plans
from tests.cli.test_compare import HEADER, PLAN, ROWS, run
from tests.cli.test_private import town

CITY = """
[[cities]]
name = "{name}"
[cities.cameras]
file = "{list}.csv"
[cities.city]
osm = "town.osm"
"""
HEAD = '[plan]\nname = "Both"\n[viewing]\ndraws = 4\n[trips]\ncount = 20\n'


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """Return a folder with two plans of two cities, and the assessment of the first."""
    folder = tmp_path_factory.mktemp("cities")
    town(folder)
    for name, rows in (("three", ROWS[:3]), ("five", ROWS[:5])):
        (folder / f"{name}.csv").write_text(HEADER + "\n".join(rows) + "\n", encoding="utf-8")
        (folder / f"{name}.toml").write_text(PLAN.format(name=name, list=f"{name}.csv"), encoding="utf-8")
    for name, lists in (("a", ("three", "five")), ("b", ("five", "five"))):
        cities = [CITY.format(name=city, list=each) for city, each in zip(("East End", "West"), lists, strict=True)]
        (folder / f"{name}.toml").write_text(HEAD + "".join(cities), encoding="utf-8")
    run("assess", str(folder / "a.toml"), "-o", str(folder / "out"), "--quiet", "--workers", "1")
    return folder


def findings(path: Path) -> pd.DataFrame:
    """Return the findings of a record."""
    return pd.DataFrame(json.loads(path.read_text(encoding="utf-8"))["findings"]).set_index("finding")


def test_each_city_has_a_folder_and_all_together_a_report(folder) -> None:
    out = folder / "out"
    assert sorted(path.name for path in out.iterdir()) == [
        "east-end",
        "report.html",
        "run.json",
        "totals.csv",
        "totals.json",
        "west",
    ]
    record = json.loads((out / "run.json").read_text(encoding="utf-8"))
    assert record["cities"] == ["east-end", "west"]
    assert "west/assessment.json" in record["outputs"]
    page = (out / "report.html").read_text(encoding="utf-8")
    for part in ("Both", "In 2 cities together", "City by city", "east-end/report.html"):
        assert part in page


def test_totals_are_sums_and_shares_are_taken_again(folder) -> None:
    east, west = (findings(folder / "out" / name / "assessment.json") for name in ("east-end", "west"))
    total = findings(folder / "out" / "totals.json")
    assert total.loc["cameras_listed_count", ["value", "denominator"]].tolist() == [8.0, 8.0]
    name = "streets_reachable_monitor_length_m"
    assert total.loc[name, "value"] == pytest.approx(east.loc[name, "value"] + west.loc[name, "value"])
    assert total.loc[name, "value"] > 0.0
    share = "streets_reachable_monitor_share"
    length = east.loc[share, "denominator"] + west.loc[share, "denominator"]
    assert total.loc[share, "denominator"] == pytest.approx(length)
    assert total.loc[share, "value"] == pytest.approx(total.loc[name, "value"] / length)
    # Draws are added before the range is taken.
    assert total.loc[name, "low"] >= east.loc[name, "low"] + west.loc[name, "low"] - 1e-9
    assert total.loc[name, "high"] <= east.loc[name, "high"] + west.loc[name, "high"] + 1e-9
    assert not total.index.str.startswith("trips_").any()
    left_out = json.loads((folder / "out" / "totals.json").read_text(encoding="utf-8"))["left_out"]
    assert sorted(left_out) == ["homes_enclosed_share", "register_operators_count", "register_sharing_parties_count"]
    assert set(left_out) | set(total.index) == set(east.index) | set(west.index)


def test_a_city_of_several_is_read_as_it_is_alone(folder) -> None:
    alone, west = read_plan(folder / "five.toml"), read_plans(folder / "a.toml")[1]
    pd.testing.assert_frame_equal(alone.plan.network.cameras, west.plan.network.cameras)
    pd.testing.assert_frame_equal(alone.city.streets, west.city.streets)
    assert (alone.viewing, alone.plan.trips) == (west.viewing, west.plan.trips)


def test_two_plans_of_two_cities_city_by_city_and_in_all(folder) -> None:
    said = run(
        "compare", str(folder / "a.toml"), str(folder / "b.toml"), "-o", str(folder / "compared"), "--workers", "1"
    )
    assert "In 2 cities that both have: 8 cameras are in both, 0 only in A, Both, and 2 only in B, Both." in said
    east, west, total = (findings(folder / "compared" / name / "comparison.json") for name in ("east-end", "west", "."))
    assert (west["value"].dropna() == 0.0).all()
    name = "streets_reachable_monitor_length_m"
    assert total.loc[name, "basis"] == "paired"
    np.testing.assert_allclose(
        total.loc[name, ["value", "low", "high"]].astype(float),
        east.loc[name, ["value", "low", "high"]].astype(float),
        atol=1e-9,
    )
    assert east.loc[name, "low"] >= 0.0
    assert "City by city" in (folder / "compared" / "report.html").read_text(encoding="utf-8")


def test_a_finished_run_of_several_cities_is_compared_by_city(folder) -> None:
    run("compare", str(folder / "out"), str(folder / "out"), "-o", str(folder / "same"), "--quiet")
    total = findings(folder / "same" / "comparison.json")
    assert set(total["basis"]) == {"same_run"}
    assert (total["value"] == 0.0).all()


def faults(text: str, tmp_path) -> list[str]:
    """Return the faults of a plan of several cities as sentences."""
    (tmp_path / "plan.toml").write_text(text, encoding="utf-8")
    with pytest.raises(PlanError) as error:
        read_plans(tmp_path / "plan.toml")
    return [str(fault) for fault in error.value.faults]


def test_faults_stand_where_the_file_has_them(tmp_path) -> None:
    one, other = CITY.format(name="A", list="gone"), CITY.format(name="B", list="lost")
    found = faults('[plan]\nname = "x"\n[viewing]\nlader = "dori"\n' + one + other.replace("osm =", "ossm ="), tmp_path)
    assert "plan.toml, viewing.lader: there is no such key; did you mean 'ladder'?." in found
    assert any("cities.1.city.ossm" in fault for fault in found)
    found = faults('[plan]\nname = "x"\n' + one + other, tmp_path)
    assert any(fault.startswith("plan.toml, cities.0.cameras.file: there is no file 'gone.csv'") for fault in found)
    assert any(fault.startswith("plan.toml, cities.1.cameras.file: there is no file 'lost.csv'") for fault in found)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('cities = []\n[plan]\nname = "x"\n', "it is no list of cities"),
        ('[plan]\nname = "x"\n' + 2 * CITY.format(name="A", list="l"), "cities.1.name: 'A' is there already"),
        (
            '[plan]\nname = "x"\n[cameras]\nfile = "l.csv"\n' + CITY.format(name="A", list="l"),
            "cameras: the plan has cities",
        ),
        ('[plan]\nname = "x"\n[[cities]]\nname = "A"\n', "cities.0.cameras: it is missing"),
        (
            '[plan]\nname = "x"\n' + CITY.format(name="A", list="l").replace('name = "A"', 'name = "A"\nmayor = "M"'),
            "cities.0.mayor",
        ),
    ],
)
def test_cities_that_cannot_be_told_apart_or_lack_something_are_faults(text, sentence, tmp_path) -> None:
    assert any(sentence in fault for fault in faults(text, tmp_path))


def test_a_command_that_takes_one_city_says_so(folder) -> None:
    with pytest.raises(PlanError, match="this is a plan of several cities"):
        read_plan(folder / "a.toml")


def test_what_is_declared_once_is_each_citys() -> None:
    parts = city_parts(tomllib.loads(HEAD + CITY.format(name="A", list="l")), "plan.toml")
    assert parts[0].content["plan"]["name"] == "Both: A"
    assert parts[0].content["viewing"] == {"draws": 4}
    assert parts[0].content["city"] == {"name": "A", "osm": "town.osm"}


def titles(path: Path) -> str:
    """Return the words of the first page of a PDF."""
    pypdf = pytest.importorskip("pypdf")
    return " ".join(pypdf.PdfReader(path).pages[0].extract_text().split())


def test_several_cities_have_a_pdf_in_all_and_each_its_own(folder) -> None:
    pytest.importorskip("typst")
    out = folder / "paper"
    run("assess", str(folder / "a.toml"), "-o", str(out), "--quiet", "--workers", "1", "--draws", "2", "--pdf")
    assert sorted(path.relative_to(out).as_posix() for path in out.rglob("*.pdf")) == [
        "east-end/report.pdf",
        "report.pdf",
        "west/report.pdf",
    ]
    assert "In 2 cities together" in titles(out / "report.pdf")
    assert "East End" in titles(out / "east-end" / "report.pdf")
    record = json.loads((out / "run.json").read_text(encoding="utf-8"))
    assert {"report.pdf", "west/report.pdf"} <= set(record["outputs"])


def test_a_comparison_of_several_cities_has_its_pdfs(folder) -> None:
    pytest.importorskip("typst")
    out = folder / "compared"
    run(
        "compare",
        str(folder / "a.toml"),
        str(folder / "b.toml"),
        "-o",
        str(out),
        "--quiet",
        "--workers",
        "1",
        "--draws",
        "2",
        "--pdf",
    )
    assert sorted(path.relative_to(out).as_posix() for path in out.rglob("*.pdf")) == [
        "east-end/report.pdf",
        "report.pdf",
        "west/report.pdf",
    ]
    assert "--pdf --paper a4 -o out" in json.loads((out / "run.json").read_text(encoding="utf-8"))["command"]
