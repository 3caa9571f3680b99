"""The worked example, from one command: every statement is answered, from rows that are there, under links that lead somewhere."""

from __future__ import annotations

import csv
import html
import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from overseen.cli.main import overseen
from overseen.model.statements import ABOUT
from overseen.report.references import FILES, PLAN, references_in
from overseen.report.statements import CANNOT
from tests.report.test_references import Links

EXAMPLE = Path(__file__).parents[2] / "examples" / "rival-plans"


@pytest.fixture(scope="module")
def run(tmp_path_factory) -> Path:
    """Return the folder of an assessment of the example, in few draws."""
    folder = tmp_path_factory.mktemp("rival") / "out"
    command = ["assess", str(EXAMPLE / "plan-a.toml"), "-o", str(folder), "--draws", "2", "--quiet"]
    CliRunner().invoke(overseen, command, catch_exceptions=False, standalone_mode=False)
    return folder


@pytest.fixture(scope="module")
def page(run) -> str:
    return (run / "report.html").read_text(encoding="utf-8")


def rows_of(page: str, section: str) -> list[list[str]]:
    """Return the cells of the tables of a section, without their markup."""
    part = page.partition(f'<section id="{section}"')[2].partition("</section>")[0]
    rows = re.findall(r"<tr[^>]*>(.*?)</tr>", part, flags=re.DOTALL)
    plain = [
        [
            html.unescape(re.sub(r"<[^>]+>", "", cell))
            for cell in re.findall(r"<td[^>]*>(.*?)</td>", row, flags=re.DOTALL)
        ]
        for row in rows
    ]
    return [row for row in plain if row]


def cards_of(page: str, section: str) -> list[tuple[str, str, str]]:
    """Return heading, what was found and what it rests on of the cards of a section, without their markup."""
    part = page.partition(f'<section id="{section}"')[2].partition("</section>")[0]
    found = []
    for card in re.findall(r"<li><p class=\"claim\">(.*?)</li>", part, flags=re.DOTALL):
        claim, *cells = (
            html.unescape(re.sub(r"<[^>]+>", "", text))
            for text in (card.partition("</p>")[0], *re.findall(r"<dd>(.*?)</dd>", card, flags=re.DOTALL))
        )
        found.append((claim, *cells))
    return found


def test_all_twelve_statements_are_answered_with_a_number_or_what_it_would_take(page) -> None:
    cards = cards_of(page, "statements")
    assert len(cards) == len(ABOUT) == 12
    for _, sentence, rests_on in cards:
        if sentence.startswith(CANNOT):
            assert rests_on == "none"
            continue
        assert re.search(r"\d", sentence)
        assert references_in(rests_on)


def test_every_row_that_an_answer_names_is_in_its_file(run, page) -> None:
    named = {one for _, _, on in cards_of(page, "statements") if on != "none" for one in references_in(on)}
    with (run / "rules.csv").open(encoding="utf-8", newline="") as file:
        named |= {one for row in csv.DictReader(file) if row["evidence"] for one in references_in(row["evidence"])}
    assert {one.table for one in named} == {"findings", "phases", *FILES}
    in_file = {}
    for name in {one.file for one in named if one.table != PLAN}:
        with (run / name).open(encoding="utf-8", newline="") as file:
            in_file[name] = {row[0] for row in csv.reader(file)}
    findings = {row["finding"] for row in json.loads((run / "assessment.json").read_text(encoding="utf-8"))["findings"]}
    for one in named:
        assert one.table == PLAN or one.row in in_file[one.file]
        assert one.table != "findings" or one.row in findings
    shown = {(row[1], row[0]) for row in rows_of(page, "evidence")}
    assert {(one.file, one.row) for one in named} == shown


def test_every_link_has_its_target(page) -> None:
    links = Links(page)
    assert set(links.targets) <= set(links.ids)
    assert sum(target.startswith("row-") for target in links.targets) > 60


def test_the_bill_counts_the_cameras_that_the_phases_add(run) -> None:
    record = json.loads((run / "assessment.json").read_text(encoding="utf-8"))
    found = {row["finding"]: row for row in record["findings"]}
    assert found["cost_capital"]["denominator"] == 200.0
    assert [row["camera_year_count"] for row in record["operations"]["cost_years"]] == pytest.approx(
        [85.0, 152.0, 175.0, 200.0], abs=0.5
    )
