"""What the plan says, statement by statement, and what was found of each: with a number and its range, or what it would take."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from overseen.assessment.findings import Assessment
from overseen.model.phases import BASELINE
from overseen.model.statements import Statement
from overseen.model.wording import later, numeral, retold, say, semicolons, sentence
from overseen.report.completeness import is_upper_bound
from overseen.report.differences import difference_words
from overseen.report.document import Section, Table, Text
from overseen.report.references import BETWEEN, RIVAL, Reference, targets_of
from overseen.report.words import counted, kilometres, number_between, percent, share_between, with_range

CANNOT = later("Cannot tell: needs ")
Answer = tuple[str, tuple[Reference, ...]]
"""Sentences, and what they rest on."""

PEOPLE_NEED = later("areas with residents ([city] people = ...)")


def statement_section(assessment: Assessment) -> tuple[Section, ...]:
    """Return the section that answers each statement of the plan by name; none where the plan states nothing."""
    statements = assessment.plan.statements
    if not statements:
        return ()
    rows: list[tuple[str, ...]] = []
    references: list[Reference] = []
    for number, statement in enumerate(statements, start=1):
        sentence, evidence = answered(assessment, statement)
        references += evidence
        rows.append(
            (numeral(str(number)), statement.text, sentence, BETWEEN.join(one.words for one in evidence) or "none")
        )
    told = sum(not row[2].startswith(say(CANNOT)) for row in rows)
    return (
        Section(
            "statements",
            say("What the plan says, and what was found"),
            (
                Text(
                    say(
                        "The plan makes {statement}; {told} can be answered from what was given. What an"
                        " answer rests on is named row by row, by its table and its name in it, and leads to the row in this"
                        " report. What detect, identify and the other levels of detail mean stands under How much is in view.",
                        statement=counted(len(rows), "statement"),
                        told=told,
                    )
                ),
                Table(
                    say("Each statement, and what was found"),
                    (say("No."), say("The plan says"), say("Found"), say("Rests on")),
                    tuple(rows),
                    (True, False, False, False),
                    targets=targets_of(references),
                    is_read_row_by_row=True,
                    asides=(3,),
                ),
            ),
        ),
    )


def statement_references(assessment: Assessment) -> tuple[Reference, ...]:
    """Return what the answers to the plan's statements rest on, each once."""
    answers = [answered(assessment, statement) for statement in assessment.plan.statements]
    return tuple(dict.fromkeys(one for _, evidence in answers for one in evidence))


def answered(assessment: Assessment, statement: Statement) -> Answer:
    """Return what was found of a statement, and what that rests on."""
    return ANSWERS[statement.about](_Found(assessment))


class _Found:
    """Findings of an assessment in words, remembering which were asked for."""

    def __init__(self, assessment: Assessment) -> None:
        self.assessment = assessment
        self.used: list[Reference] = []

    def row(self, name: str) -> pd.Series | None:
        """Return a finding, None where it is not there."""
        table = self.assessment.findings
        if name not in table.index or pd.isna(table.loc[name, "value"]):
            return None
        self.used.append(Reference("findings", name))
        return table.loc[name]

    def share(self, name: str) -> str | None:
        """Return a share with its range."""
        row = self.row(name)
        if row is None:
            return None
        width = row["high"] - row["low"]
        if pd.isna(width):
            return f"{self._bound(row)}{percent(row['value'])}"
        return f"{self._bound(row)}{with_range(row)}"

    def number(self, name: str, unit: str = "") -> str | None:
        """Return a number with its range and unit."""
        row = self.row(name)
        if row is None:
            return None
        if pd.isna(row["low"]):
            # What was counted is a whole number and has no range.
            return say("{value:,.0f} {unit}", value=row["value"], unit=unit).strip()
        words = number_between(row["value"], row["low"], row["high"])
        return f"{self._bound(row)}{words} {unit}".strip()

    def cameras(self, name: str) -> str | None:
        """Return a number of cameras with its noun and its range."""
        row = self.row(name)
        if row is None:
            return None
        if pd.isna(row["low"]) or row["low"] == row["high"]:
            return counted(row["value"], "camera")
        return self.number(name, say("cameras"))

    def _bound(self, row: pd.Series) -> str:
        """Return the words for an upper bound, where so much of the map lacks buildings that the whole answer is one."""
        return say("at most ") if row["bound"] == "upper" and is_upper_bound(self.assessment) else ""

    def level(self) -> str:
        """Return the level at which someone is noticed."""
        names = self.assessment.viewing.ladder.names
        return "detect" if "detect" in names else names[min(1, len(names) - 1)]

    def finest(self) -> str:
        """Return the finest of the ordinary levels."""
        names = self.assessment.viewing.ladder.names
        return "identify" if "identify" in names else names[-1]

    def answer(self, *sentences: str | None, needs: str) -> Answer:
        """Return the sentences that could be made; what it would take if there are none."""
        told = [sentence for sentence in sentences if sentence]
        if not told:
            return say("{cannot}{needs}.", cannot=say(CANNOT), needs=needs), ()
        return " ".join(sentence(words) for words in told), tuple(dict.fromkeys(self.used))


def _given(template: str, *parts: str | None) -> str | None:
    """Return a sentence if every part of it is known."""
    return (
        None
        if any(part is None for part in parts)
        else template.format(*(retold(part) for part in parts if part is not None))
    )


def _size(found: _Found) -> Answer:
    street = found.row(f"streets_reachable_{found.level()}_share")
    of = None if street is None else kilometres(street["denominator"])
    residents = found.share(f"residents_reachable_{found.level()}_share")
    return found.answer(
        _given(say("{} cameras are listed, {} examined."), found.number("cameras_listed_count"), found.number("cameras_examined_count")),
        _given(say("They could have in view {} of {} of street, closely enough to {} someone."), found.share(f"streets_reachable_{found.level()}_share"), of, found.level()),
        _given(say("At any one moment {} is in such a view."), found.share(f"streets_at_once_{found.level()}_share")),
        _given(say("A trip on foot meets {} cameras."), found.number("trips_camera_count")),
        _given(say("Around the homes of residents it is {}."), residents) or say("How many residents: cannot tell, needs {people_need}.", people_need=say(PEOPLE_NEED)),
        needs=say("a camera list and a city"),
    )  # fmt: skip


def _control_room(found: _Found) -> Answer:
    return found.answer(
        _given(say("An operator on duty has {} feeds to watch."), found.number("control_room_feeds_per_operator")),
        _given(say("Of all camera-hours, {} are watched by anyone."), found.share("control_room_watched_share")),
        _given(say("With outages it is {}."), found.share("control_room_watched_delivered_share")),
        _given(say("{} Mbit/s run into the room."), found.number("control_room_stream_mbps")),
        _given(say("{} TB are held."), found.number("storage_held_tb")),
        needs=say("[control_room] with operators and screens"),
    )


def _rival_plans(found: _Found) -> Answer:
    comparison = found.assessment.rival
    if comparison is None:
        return say("{cannot}the other plan ([plan] rival = ..., or overseen compare A B).", cannot=say(CANNOT)), ()
    level, finest = found.level(), found.finest()
    words = {
        f"streets_reachable_{level}_share": say("street that could be looked at, at {level}", level=level),
        f"streets_at_once_{finest}_share": say("street in view at once, at {finest}", finest=finest),
        "trips_camera_count": say("cameras that a trip meets"),
        "necessity_needed_only_camera_count": say("cameras that the purposes need"),
        "cost_total": say("cost"),
    }
    table = comparison.findings
    rows = [name for name in words if name in table.index and not pd.isna(table.loc[name, "value"])]
    if not rows:
        return say("{cannot}numbers that both plans have.", cannot=say(CANNOT)), ()
    told = semicolons(f"{words[name]} {difference_words(table.loc[name])}" for name in rows)
    return say(
        "What changes from this plan to “{name}”: {told}. All differences stand in the folder rival.",
        name=comparison.b.name,
        told=told,
    ), tuple(Reference(RIVAL, name) for name in rows)


def _step_words(found: _Found, column: str) -> str | None:
    phases = found.assessment.phases
    name = f"streets_reachable_{found.level()}_share"
    if phases is None or phases.empty:
        return None
    rows = phases[phases["finding"] == name]
    if rows.empty:
        return None
    found.used += [Reference("phases", str(name)) for name in rows.index]
    return semicolons(
        f"{say('baseline') if row['step'] == BASELINE else row['step']} {share_between(row[column], row['low'], row['high'])}"
        for _, row in rows.iterrows()
    )


def _roll_out(found: _Found) -> Answer:
    level = found.level()
    added = found.share(f"phases_streets_reachable_{level}_share")
    return found.answer(
        _given(
            say("Street that could be looked at closely enough to {} someone: {}."), level, _step_words(found, "value")
        ),
        _given(say("From the baseline to the last phase {} of street is added."), added),
        needs=say("[[phases]] and a camera list that names phases or dates"),
    )


def _supplement(found: _Found) -> Answer:
    level = found.level()
    return found.answer(
        _given(say("{} cameras exist, {} are active in the last phase."), found.number("cameras_baseline_count"), found.number("cameras_last_phase_count")),
        _given(say("The added cameras alone bring {} of street into view closely enough to {} someone."), found.share(f"phases_streets_reachable_{level}_share"), level),
        needs=say("a baseline ([cameras] baseline = ...) and [[phases]]"),
    )  # fmt: skip


def _power_cuts(found: _Found) -> Answer:
    return found.answer(
        _given(say("Of the camera-hours promised, {} are delivered."), found.share("power_recording_share")),
        _given(say("A picture could be watched live in {} of them."), found.share("power_live_share")),
        _given(say("Of the street-hours in view, {} are delivered."), found.share("power_streets_delivered_share")),
        needs=say("[power] with outages and feeders"),
    )


def _funding(found: _Found) -> Answer:
    costs = found.assessment.plan.costs
    currency = costs.currency if costs is not None and costs.currency else ""
    return found.answer(
        _given(say("Over all years it costs {}."), found.number("cost_total", currency)),
        _given(say("Per camera {}."), found.number("cost_per_camera", currency)),
        _given(say("The declared budget covers it in {} of the draws."), found.share("cost_budget_covered_share")),
        needs=say("[costs] with a currency and a budget"),
    )


def _private_space(found: _Found) -> Answer:
    level = found.assessment.viewing.ladder.names[0]
    return found.answer(
        _given(say("Of the façade of dwellings, cameras could have in view {}, at {}."), found.share(f"facades_reachable_{level}_share"), level),
        _given(say("Of the façade of buildings that may be dwellings, {}."), found.share(f"maybe_facades_reachable_{level}_share")),
        _given(say("{} m² of private ground could be looked at."), found.number(f"private_ground_reachable_{level}_area_m2")),
        _given(say("{} would need masks."), found.cameras("masks_cameras_needed_count")),
        needs=say("buildings whose kind the map tells, or gardens and yards"),
    )  # fmt: skip


def _purpose(found: _Found) -> Answer:
    purposes = found.assessment.plan.purposes
    if not purposes:
        return say("{cannot}[[purposes]] with zones, a level and a share.", cannot=say(CANNOT)), ()
    told = [
        _given(
            say(
                "{name}: {{}} of its zones is in view at once, at {level}, where {share} is asked; short by {{}};"
                " {{}} of the view at that level lies outside.",
                name=purpose.name,
                level=purpose.level,
                share=percent(purpose.share),
            ),
            found.share(f"purpose_{number}_in_view_share"),
            found.share(f"purpose_{number}_shortfall_share"),
            found.share(f"purpose_{number}_overspill_share"),
        )
        for number, purpose in enumerate(purposes, start=1)
    ]
    needed = _given(
        say("{} of {} would serve the purposes as well; {} see nothing of any zone."),
        found.number("necessity_needed_only_camera_count"),
        found.cameras("necessity_as_given_camera_count"),
        found.number("cameras_without_purpose_count"),
    )
    return found.answer(*told, needed, needs=say("zones that lie in the city"))


def _turned_on(found: _Found) -> Answer:
    differ = found.row("group_differences_stated_count")
    disparity = (
        say(
            "Whether groups of residents differ: cannot tell, needs {people_need} and their groups.",
            people_need=say(PEOPLE_NEED),
        )
        if differ is None
        else say(
            "Of {comparison} of groups of residents a difference is stated in {value:,.0f}.",
            comparison=counted(differ["denominator"], "comparison"),
            value=differ["value"],
        )
    )
    return found.answer(
        _given(say("Of the area of squares, {} is in view at once closely enough to {}."), found.share(f"squares_at_once_{found.finest()}_share"), found.finest()),
        _given(say("No unseen way exists for {} of trips."), found.share("trips_no_unseen_way_share")),
        _given(say("From {} of homes no unseen way leads out."), found.share("homes_enclosed_share")),
        _given(say("Of the approaches to places of worship, {} could be looked at."), found.share("places_worship_approach_share")),
        disparity,
        needs=say("streets and places"),
    )  # fmt: skip


def _sharing(found: _Found) -> Answer:
    return found.answer(
        _given(
            say("Parties of which the plan declares that they may see what the cameras see: {}."),
            found.number("register_sharing_parties_count"),
        ),
        _given(say("Cameras whose supplier is not named: {}."), found.number("register_supplier_missing_count")),
        _given(say("Whose operator is not named: {}."), found.number("register_operator_missing_count")),
        _given(
            say("Whose model is not named: {}; all stand in register.csv."),
            found.number("register_model_missing_count"),
        ),
        needs=say("[governance] with supplier and sharing"),
    )


def _disclosure(found: _Found) -> Answer:
    listed = found.number("cameras_listed_count")
    return found.answer(
        _given(
            say(
                "The file register.csv holds {} cameras, each item with its source; run.json holds the checksums of all inputs."
            ),
            listed,
        ),
        _given(
            say("Cameras of which nobody says when they were put up: {}."),
            found.number("register_installed_on_missing_count"),
        ),
        _given(say("Of which nobody says what they can do: {}."), found.number("register_capabilities_missing_count")),
        needs=say("a camera list"),
    )


ANSWERS: dict[str, Callable[[_Found], Answer]] = {
    "size": _size,
    "control_room": _control_room,
    "rival_plans": _rival_plans,
    "roll_out": _roll_out,
    "supplement": _supplement,
    "power_cuts": _power_cuts,
    "funding": _funding,
    "private_space": _private_space,
    "purpose": _purpose,
    "turned_on": _turned_on,
    "sharing": _sharing,
    "disclosure": _disclosure,
}
"""What a statement is about -> how it is answered."""
