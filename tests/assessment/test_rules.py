"""Rules: every answer worked out by hand, the laws of bounds, and the packs held to what was read."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from overseen.assessment.facts import DECLARED, Fact, facts_of, needs_of, worded
from overseen.assessment.governed import declared_findings, governed
from overseen.assessment.headline import FindingRows, drawn_interval
from overseen.assessment.register import register_of
from overseen.assessment.rules import draw_words, rule_answers, rule_findings, told
from overseen.model.governance import Governance, Sharing, Signs
from overseen.model.rules import Condition, Rule, RulePack
from overseen.sources.evidence import evidence_for, published_evidence, setting_names
from overseen.sources.packs import get_ladder
from overseen.sources.rule_packs import get_rule_pack, rule_pack_names
from tests.conftest import DATA, missing
from tests.town import plan

LADDER = get_ladder("dori")
PACKS = tuple(get_rule_pack(name) for name in rule_pack_names())


def number(low: float, high: float, bound: str = "none") -> Fact:
    return Fact("a_share", "A share", (low + high) / 2.0, low, high, bound, "share", 10.0, "m", "findings: a_share")


def pack_of(*rules: Rule, chosen_by: str = "") -> RulePack:
    return RulePack("ours", "Ours", "here", "by hand", "original", rules, chosen_by)


def limit(reads: str, condition: Condition, *, kind="limit", choice="") -> Rule:
    return Rule("test", "A test.", kind, (reads,), condition, "§ 1", "original", choice=choice)


@pytest.mark.parametrize(
    ("kind", "low", "high", "bound", "holds"),
    [
        ("at_most", 1.0, 3.0, "none", True), ("at_most", 1.0, 3.1, "none", None), ("at_most", 3.1, 4.0, "none", False),
        ("at_most", 1.0, 3.0, "upper", True), ("at_most", 3.1, 4.0, "upper", None),
        ("at_most", 1.0, 3.0, "lower", None), ("at_most", 3.1, 4.0, "lower", False),
        ("at_least", 3.0, 4.0, "none", True), ("at_least", 2.9, 4.0, "none", None), ("at_least", 1.0, 2.9, "none", False),
        ("at_least", 3.0, 4.0, "upper", None), ("at_least", 1.0, 2.9, "upper", False),
        ("at_least", 3.0, 4.0, "lower", True), ("at_least", 1.0, 2.9, "lower", None),
        ("more_than", 3.0, 4.0, "none", None), ("more_than", 3.1, 4.0, "none", True), ("more_than", 1.0, 3.0, "none", False),
    ],
)  # fmt: skip
def test_a_limit_of_three(kind, low, high, bound, holds) -> None:
    answer, reason = told(Condition(kind, 3.0), number(low, high, bound))
    assert answer is holds
    assert (answer is None) == bool(reason)


NUMBERS = st.floats(-100.0, 100.0)


@given(st.sampled_from(["at_most", "at_least", "more_than"]), NUMBERS, NUMBERS, NUMBERS, st.floats(0.0, 50.0))
def test_no_truth_that_a_bound_allows_contradicts_an_answer(kind, value, one, other, by) -> None:
    # An upper bound allows every truth below its range, a lower bound every one above: an answer given must hold of each of them.
    low, high = sorted((one, other))
    compare = {"at_most": lambda x: x <= value, "at_least": lambda x: x >= value, "more_than": lambda x: x > value}[
        kind
    ]
    for bound, truths in (
        ("none", (low, high)),
        ("upper", (low, high, low - by, high - by, -1e9)),
        ("lower", (low, high, low + by, high + by, 1e9)),
    ):
        answer, _ = told(Condition(kind, value), number(low, high, bound))
        if answer is not None:
            assert {compare(truth) for truth in truths} == {answer}


@pytest.mark.parametrize(
    ("kind", "bound", "words"),
    [
        ("at_most", "none", "kept in 3 of 4 draws, broken in 1"),
        ("more_than", "none", "kept in 1 of 4 draws, broken in 3"),
        ("at_least", "none", "kept in 2 of 4 draws, broken in 2"),
        ("at_most", "upper", "kept in at least 3 of 4 draws, broken in at most 1"),
        ("at_most", "lower", "kept in at most 3 of 4 draws, broken in at least 1"),
        ("at_least", "upper", "kept in at most 2 of 4 draws, broken in at least 2"),
        ("at_least", "lower", "kept in at least 2 of 4 draws, broken in at most 2"),
    ],
)
def test_the_draws_on_either_side_of_a_limit_are_told(kind, bound, words) -> None:
    fact = replace(number(1.0, 4.0, bound), drawn=np.array([1.0, 2.0, 3.0, 4.0]))
    assert draw_words(Condition(kind, 3.0), fact, "kept", "broken") == words
    # Where all draws agree there is nothing to count.
    assert draw_words(Condition(kind, 9.0), fact, "kept", "broken") == ""
    assert draw_words(Condition(kind, 0.0), fact, "kept", "broken") == ""


def test_a_range_that_holds_the_limit_says_in_how_many_draws_it_is_kept() -> None:
    rows = FindingRows()
    drawn = np.arange(60.0)
    rows.add(
        "a_count", "ours", "A count", unit="count", denominator=60.0, denominator_unit="things", **drawn_interval(drawn)
    )
    facts = facts_of(plan([{"at": (10, 10)}]), rows.table())
    (row,) = rule_answers([pack_of(limit("a_count", Condition("at_most", 33.0)))], facts, LADDER).to_dict("records")
    assert row["answer"] == "cannot tell"
    assert row["reason"].endswith("holds the limit; kept in 34 of 60 draws, broken in 26")
    (row,) = rule_answers([pack_of(limit("a_count", Condition("at_most", 60.0)))], facts, LADDER).to_dict("records")
    assert (row["answer"], row["reason"]) == ("kept", None)
    assert draw_words(Condition("is", value=True), facts["a_count"], "kept", "broken") == ""
    assert draw_words(Condition("at_most", 3.0), number(1.0, 4.0), "kept", "broken") == ""


def test_an_upper_bound_never_breaks_and_a_lower_never_keeps_an_upper_limit() -> None:
    for low, high in ((0.0, 1.0), (5.0, 6.0), (2.0, 4.0)):
        assert told(Condition("at_most", 3.0), number(low, high, "upper"))[0] is not False
        assert told(Condition("at_most", 3.0), number(low, high, "lower"))[0] is not True


def answers(declared: Governance, *rules: Rule, chosen_by: str = "", **fields) -> pd.DataFrame:
    of = replace(plan([{"at": (10, 10)}]), governance=declared, **fields)
    facts = facts_of(of, declared_findings(of, register_of(of), pd.DataFrame(columns=["verdict"])))
    return rule_answers([pack_of(*rules, chosen_by=chosen_by)], facts, LADDER)


def test_what_is_not_declared_is_never_taken_for_no() -> None:
    names = [name for name in DECLARED if name != "plan.date"]
    rules = [
        replace(limit(name, Condition("is_declared", value=True)), rule_id=f"r{place}")
        for place, name in enumerate(names)
    ]
    rows = answers(Governance(), *rules)
    assert len(rows) == len(names)
    assert (rows["answer"] == "cannot tell").all()
    assert rows["needs"].tolist() == [needs_of(name) for name in names]
    assert rows["evidence"].isna().all()


def test_what_is_declared_answers() -> None:
    audio = limit("governance.audio", Condition("is", value=True), kind="trigger")
    assert answers(Governance(audio=True), audio)["answer"].tolist() == ["met"]
    assert answers(Governance(audio=False), audio)["answer"].tolist() == ["not met"]
    assert answers(Governance(), audio)["answer"].tolist() == ["cannot tell"]
    retention = limit("plan.retention_hours", Condition("at_most", 72.0))
    for days, answer in ((3.0, "kept"), (3.01, "broken"), (None, "cannot tell")):
        row = answers(Governance(), retention, retention_days=days).iloc[0]
        assert row["answer"] == answer
    assert row["needs"] == "[retention] days in the plan file"


def test_a_section_is_answered_by_all_that_it_reads() -> None:
    section = Rule(
        "s",
        "A section.",
        "section",
        ("governance.audit", "governance.statements.risks"),
        None,
        "§ 2",
        "excerpt",
        filled_by="the board",
    )
    full = Governance(audit="yearly", statements={"risks": "misuse"})
    assert answers(full, section)["answer"].tolist() == ["answered"]
    assert answers(full, section)["evidence"].tolist() == [
        "plan file: [governance] audit; plan file: [governance.statements] risks"
    ]
    part = answers(Governance(audit="yearly"), section).iloc[0]
    assert (part["answer"], part["needs"]) == ("answered in part", "[governance.statements] risks in the plan file")
    assert answers(Governance(), section)["answer"].tolist() == ["to be filled"]


def test_the_country_chooses() -> None:
    pack = get_rule_pack("national-retention")

    def of(country: str | None, days: float) -> dict[str, str]:
        town_plan = replace(plan([{"at": (10, 10)}]), governance=Governance(country=country), retention_days=days)
        empty = FindingRows()
        empty.count("none", "rules", "Nothing", 0, of=1, what="nothing")
        table = rule_answers([pack], facts_of(town_plan, empty.table()), LADDER)
        return {name.rsplit("/", 1)[-1]: answer for name, answer in table["answer"].items()}

    assert of("LU", 20.0) == {"luxembourg-in-principle": "broken", "luxembourg-exceptionally": "kept"}
    assert of("LU", 8.0) == {"luxembourg-in-principle": "kept", "luxembourg-exceptionally": "kept"}
    assert of("LU", 31.0) == {"luxembourg-in-principle": "broken", "luxembourg-exceptionally": "broken"}
    assert of("ES", 30.0) == {"spain": "kept"}
    assert of("FR", 31.0) == {"france": "kept"}
    assert of("GB", 90.0) == {"united-kingdom": "answered in part", "united-kingdom-councils": "broken"}
    assert of(None, 30.0) == of("AQ", 30.0) == {"choice": "cannot tell"}


def test_hours_against_what_purposes_need() -> None:
    night = Governance(hours=((20.0, 6.0),) * 7)
    assert night.hours_per_week == 70.0

    def purpose(hours: float | None) -> SimpleNamespace:
        return SimpleNamespace(name="p", hours_needed=hours)

    def beyond(*hours: float | None) -> tuple[float, float, float] | None:
        of = replace(plan([{"at": (10, 10)}] * 1), governance=night, purposes=tuple(map(purpose, hours)))
        found = declared_findings(of, register_of(of), pd.DataFrame(columns=["verdict"]))
        name = "hours_beyond_need_per_week"
        return tuple(found.loc[name, ["low", "value", "high"]]) if name in found.index else None

    assert beyond(4.0) == (42.0, 42.0, 42.0)
    assert beyond(4.0, 3.0) == (70.0 - 49.0, (21.0 + 42.0) / 2.0, 42.0)
    assert beyond(24.0) == (0.0, 0.0, 0.0)
    assert beyond() is beyond(4.0, None) is None


@pytest.mark.parametrize(
    ("until", "past"), [(dt.date(2024, 5, 31), 2), (dt.date(2024, 6, 1), 0), (dt.date(2030, 1, 1), 0)]
)
def test_cameras_past_the_end_of_their_permission(until, past) -> None:
    rows = [{"at": (10, 10)}, {"at": (20, 10)}, {"at": (30, 10), "status": "disused"}]
    of = replace(plan(rows), date=dt.date(2024, 6, 1), governance=Governance(until=until))
    found = declared_findings(of, register_of(of), pd.DataFrame(columns=["verdict"]))
    assert found.loc["cameras_past_permission_count", ["value", "denominator"]].tolist() == [past, 2.0]


def test_no_difference_is_shown_only_where_every_comparison_tells() -> None:
    of = plan([{"at": (10, 10)}])

    def high(*verdicts: str) -> list[float]:
        found = declared_findings(of, register_of(of), pd.DataFrame({"verdict": list(verdicts)}))
        return found.loc["group_differences_stated_count", ["low", "high", "denominator"]].tolist()

    assert high("not_told", "not_told") == [0.0, 0.0, 2.0]
    assert high("not_told", "cannot_tell") == [0.0, 1.0, 2.0]
    assert high("stated", "withheld", "not_told") == [1.0, 2.0, 3.0]


def test_every_answer_of_a_pack_is_counted_once() -> None:
    of = replace(plan([{"at": (10, 10)}]), rules=PACKS, retention_days=10.0, governance=Governance(audit="yearly"))
    register = register_of(of)
    findings = declared_findings(of, register, pd.DataFrame(columns=["verdict"]))
    found, after = governed(of, LADDER, register, findings, None)
    for pack in PACKS:
        counts = after[after.index.str.startswith(f"rules_{pack.name.replace('-', '_')}_")]
        assert counts["value"].sum() == (found.rules["pack"] == pack.name).sum()
        assert (counts["denominator"] == counts["value"].sum()).all()
    assert len(after.index) == len(set(after.index))
    assert rule_findings((), found.rules).empty


def test_a_fact_in_words_has_its_interval_and_denominator() -> None:
    assert worded(number(0.25, 0.5, "upper")) == "A share: at most 37.5 % (25 to 50 %) of 10 m"


# The packs.


def every_rule():
    return [pytest.param(pack, rule, id=f"{pack.name}/{rule.rule_id}") for pack in PACKS for rule in pack.rules]


def test_the_packs_that_are_promised_ship() -> None:
    promised = {"edpb-2019", "uk-dpia", "uk-camera-code", "us-seattle", "us-oakland", "us-san-francisco", "eu-ai-act-27",
                "national-retention", "dpia-triggers"}  # fmt: skip
    assert promised <= set(rule_pack_names())


@pytest.mark.parametrize(("pack", "rule"), every_rule())
def test_no_rule_lacks_citation_or_mark(pack, rule) -> None:
    assert rule.citation
    assert rule.read_as in ("original", "excerpt", "memory")
    assert rule.test.endswith(".")
    # Nothing that ships was read in the original but the plan itself.
    assert rule.read_as != "original" or pack.name == "own-terms"
    assert rule.filled_by or rule.kind == "trigger"


@pytest.mark.parametrize(("pack", "rule"), every_rule())
def test_every_rule_reads_what_there_is_or_will_be(pack, rule) -> None:
    for name in rule.reads:
        if "." in name:
            assert name in DECLARED or re.fullmatch(r"governance\.statements\.[a-z_]+", name)
            assert "does not know" not in needs_of(name)
        else:
            assert re.fullmatch(r"[a-z0-9_{}]+", name)


def figures(words: str) -> set[str]:
    return set(re.findall(r"\d+(?:[.,]\d+)?", words))


@pytest.fixture(scope="module")
def field() -> str:
    """Return the facts as they were read, with their sources."""
    path = Path(DATA).parent / "FIELD.md"
    if not path.is_file():
        missing("the facts of the field are not beside the repository", "OVERSEEN_REQUIRE_DATA")
    return path.read_text(encoding="utf-8")


OWN_WORDS = {"2019"}
"""The year in the name of the guidelines."""


@pytest.mark.parametrize(("pack", "rule"), every_rule())
def test_no_figure_stands_in_a_pack_that_was_not_read(pack, rule, field) -> None:
    known = figures(field)
    assert figures(f"{rule.citation} {pack.source} {pack.title}") <= known | OWN_WORDS
    condition = rule.condition
    if condition is None or condition.is_judgement or isinstance(condition.value, bool | str):
        return
    # None at all is no figure of a text.
    assert condition.value == 0 or f"{condition.value:g}" in known
    assert figures(rule.test) <= known


def test_the_limits_are_those_that_were_read() -> None:
    limits = {
        (rule.choice, rule.condition.value) for rule in get_rule_pack("national-retention").rules if rule.condition
    }
    assert limits == {("LU", 8), ("LU", 30), ("ES", 30), ("FR", 31), ("GB", 31), ("US-SEATTLE", 30)}
    (thumb,) = [rule for rule in get_rule_pack("edpb-2019").rules if rule.rule_id == "retention-72-hours"]
    assert (thumb.condition.value, thumb.read_as, thumb.citation) == (72, "memory", "EDPB Guidelines 3/2019, ¶121")


def test_evidence_is_quoted_with_its_source(field) -> None:
    assert {"car park", "residential", "town centre", "public transport"} <= set(setting_names())
    for one in published_evidence():
        assert one.source
        assert one.read_as in ("excerpt", "memory")
        assert figures(one.words) <= figures(field)
    assert not [one for one in evidence_for(None) if one.settings]
    assert any("51 %" in one.words for one in evidence_for("car park"))
    assert not any("51 %" in one.words for one in evidence_for("town centre"))


def test_all_that_is_declared_can_be_read_as_a_fact() -> None:
    full = Governance(
        legal_basis="law", impact_assessment=dt.date(2024, 1, 1), alternatives="light", consultation="council", audit="yearly",
        complaints="office", training="yes", security="locked", oversight="board", biometrics=False, audio=False,
        hours=((0.0, 24.0),) * 7, until=dt.date(2026, 1, 1), signs=Signs("signs.csv", ((0.0, 0.0),)), notice_distance_m=20.0,
        sharing=(Sharing("Police", "live"),), supplier="A firm", data_location="here", setting="car park", country="LU",
        statements={"risks": "misuse"},
    )  # fmt: skip
    facts = facts_of(replace(plan([{"at": (1, 1)}]), governance=full), pd.DataFrame(columns=["value"]))
    assert {name for name in DECLARED if name.startswith("governance.")} <= set(facts)
    assert facts["governance.statements.risks"].value == "misuse"
    assert facts["governance.hours_per_week"].low == 168.0
    assert np.isclose(facts["governance.sign_count"].value, 1.0)


def test_the_page_on_rules_names_every_fact_key_and_pack() -> None:
    from overseen.sources.plan_governance import GovernanceSection

    page = (Path(__file__).parents[2] / "docs" / "rules.md").read_text(encoding="utf-8")
    for name, declared in DECLARED.items():
        assert f"| `{name}` | `{declared.place}` |" in page
    keys = page.partition("## `[governance]`")[2].partition("## Signs")[0]
    assert set(re.findall(r"`(\w+)`", keys)) >= set(GovernanceSection.model_fields)
