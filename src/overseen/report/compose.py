"""From an assessment to what the report says: the answer, the key numbers and the sections."""

from __future__ import annotations

from importlib.metadata import version

from overseen.assessment.findings import Assessment
from overseen.model.wording import enumerated, retold, said_day, say, say_counted
from overseen.report.cameras import camera_section
from overseen.report.completeness import (
    ALL,
    UNKNOWN_SHARE,
    completeness_section,
    in_view,
    is_upper_bound,
    list_clause,
    split_sentence,
    undercount_section,
    undercount_sentence,
    warnings,
)
from overseen.report.document import Document, KeyNumber, Map, Section, Text
from overseen.report.ground import ground_answer, ground_numbers, ground_section
from overseen.report.in_view import chosen_levels, found, found_count, level_section, street_section
from overseen.report.method import closing_sections
from overseen.report.operations import operation_sections
from overseen.report.own_terms import own_terms_sentence
from overseen.report.people import people_section
from overseen.report.phases import phase_section
from overseen.report.picture import map_picture
from overseen.report.places import place_sections
from overseen.report.private_space import private_section
from overseen.report.profile import profile_certainty, profile_sentence
from overseen.report.purposes import purpose_sections
from overseen.report.references import evidence_section, rule_references
from overseen.report.register import register_section
from overseen.report.rules import rules_section
from overseen.report.statements import statement_references, statement_section
from overseen.report.trips import trip_section
from overseen.report.unknowns import moving_sentence, unknowns_section
from overseen.report.webmap import map_content
from overseen.report.words import (
    NOT_COMPUTED,
    counted,
    kilometres,
    percent,
    percent_range,
)  # fmt: skip


def document(assessment: Assessment) -> Document:
    """Return the report on an assessment."""
    sections = (
        *statement_section(assessment),
        map_section(assessment),
        *([ground_section(assessment)] if _has_no_streets(assessment) else _city_sections(assessment)),
        *purpose_sections(assessment),
        *operation_sections(assessment),
        camera_section(assessment),
        *phase_section(assessment),
        *([undercount_section(assessment.undercount)] if assessment.undercount else []),
        rules_section(assessment),
        register_section(assessment),
        unknowns_section(assessment),
        *evidence_section(assessment, (*statement_references(assessment), *rule_references(assessment))),
        *closing_sections(assessment),
    )
    plan = assessment.plan
    return Document(
        plan.name,
        assessment.city.name,
        "" if plan.date is None else said_day(plan.date),
        answer(assessment),
        _key_numbers(assessment),
        sections,
        credit(assessment),
        version("overseen"),
        warnings(assessment),
    )


def _city_sections(assessment: Assessment) -> tuple[Section, ...]:
    """Return what only a city with streets can be asked."""
    return (
        level_section(assessment),
        completeness_section(assessment),
        street_section(assessment),
        *place_sections(assessment),
        private_section(assessment),
        people_section(assessment),
        trip_section(assessment),
    )


def _has_no_streets(assessment: Assessment) -> bool:
    return assessment.city.streets.empty


def credit(assessment: Assessment) -> str:
    """Return the attribution that every map of these data must carry."""
    return "; ".join(dict.fromkeys(s.attribution for s in assessment.provenance.sources if s.attribution))


def _meaning(assessment: Assessment, level: str) -> str:
    words = {item.name: item.meaning for item in assessment.viewing.ladder.levels}[level]
    return f" ({retold(words)})" if words else ""


def answer(assessment: Assessment) -> tuple[str, ...]:
    """Return the answer sentence by sentence, each number with its interval and its denominator."""
    if not found_count(assessment, "cameras_examined_count"):
        listed = counted(found_count(assessment, "cameras_listed_count"), "camera")
        return (
            say(
                "None of the {listed} listed has a view that counts, so no street is in view of any of them.",
                listed=listed,
            ),
        )
    noticed, finest = chosen_levels(assessment)
    gaps = (split_sentence(assessment, noticed), moving_sentence(assessment), undercount_sentence(assessment))
    if _has_no_streets(assessment):
        ground = ground_answer(assessment, noticed, finest)
        return (*ground, _certainty_sentence(assessment), *[sentence for sentence in gaps if sentence])
    profile = assessment.viewing.profile
    if profile is not None:
        told = (profile_sentence(profile), _noticed_sentence(assessment), profile_certainty(assessment))
        return (*told, *[sentence for sentence in gaps if sentence])
    terms = own_terms_sentence(assessment)
    return (
        _noticed_sentence(assessment),
        _identified_sentence(assessment),
        *([terms] if terms else []),
        _certainty_sentence(assessment),
        *[sentence for sentence in gaps if sentence],
    )


def _looked_at(assessment: Assessment, share: str) -> str:
    """Return that cameras could look at a share; "at most" does not go with "look at"."""
    return (
        say("could have in view {share}", share=share)
        if is_upper_bound(assessment)
        else say("could look at {share}", share=share)
    )


def _noticed_sentence(assessment: Assessment) -> str:
    level, _ = chosen_levels(assessment)
    row = found(assessment, f"streets_reachable_{level}_share")
    examined, listed = (found_count(assessment, f"cameras_{kind}_count") for kind in ("examined", "listed"))
    cameras = (
        say("the {camera} listed", camera=counted(listed, "camera"))
        if examined == listed
        else say("{examined:,} of the {camera} listed", examined=examined, camera=counted(listed, "camera"))
    )
    of = (
        ""
        if row is None
        else say(
            " of the {denominator} of open-air street that can be walked", denominator=kilometres(row["denominator"])
        )
    )
    share = in_view(assessment, row)
    return say(
        "In {name}, {cameras} {looked_at}, closely enough to {level} someone{meaning}.",
        name=assessment.city.name,
        cameras=cameras,
        looked_at=_looked_at(assessment, share + of),
        level=level,
        meaning=_meaning(assessment, level),
    )


def _identified_sentence(assessment: Assessment) -> str:
    _, level = chosen_levels(assessment)
    reachable = in_view(assessment, found(assessment, f"streets_reachable_{level}_share"))
    at_once = in_view(assessment, found(assessment, f"streets_at_once_{level}_share"))
    return say(
        "Close enough to {level}{meaning}, they {looked_at}; at any one moment, since a camera that turns"
        " looks one way at a time, {at_once} is in such a view.",
        level=level,
        meaning=_meaning(assessment, level),
        looked_at=_looked_at(assessment, reachable + say(" of it")),
        at_once=at_once,
    )


def _certainty_sentence(assessment: Assessment) -> str:
    heads = found_count(assessment, "heads_listed_count")
    bearing, field, height = (
        found_count(assessment, f"heads_{name}_unknown_count")
        for name in ("bearing", "field_of_view", "mounting_height")
    )
    gaps = (
        (
            bearing,
            say_counted("where {number:,} points", "where {number:,} point", bearing),
            say("where any of them points"),
        ),
        (
            field,
            say_counted("how wide {number:,} sees", "how wide {number:,} see", field),
            say("how wide any of them sees"),
        ),
        (
            height,
            say_counted("how high {number:,} hangs", "how high {number:,} hang", height),
            say("how high any of them hangs"),
        ),
    )
    silent = [of_all if count == heads else of_some for count, of_some, of_all in gaps if count]
    reason = (
        say("the list does not say of any lens where it points, how wide it sees or how high it hangs")
        if heads == bearing == field == height
        else say(
            "of {lens} the list does not say {silent}", lens=counted(heads, "lens", "lenses"), silent=enumerated(silent)
        )
        if silent
        else say("the list states where every lens points, how wide it sees and how high it hangs")
    )
    return say(
        "The ranges in brackets hold 90 % of {draws:,} draws of what is not known: {reason}; {list_clause}.",
        draws=assessment.viewing.draws,
        reason=reason,
        list_clause=list_clause(assessment),
    )


def _key_numbers(assessment: Assessment) -> tuple[KeyNumber, ...]:
    noticed, finest = chosen_levels(assessment)
    listed = found_count(assessment, "cameras_listed_count")
    beside = (
        say("of {listed:,} listed", listed=listed)
        if assessment.plan.is_list_complete
        else say("of at least {listed:,}", listed=listed)
    )
    numbers = [
        KeyNumber(
            say("{count:,}", count=found_count(assessment, "cameras_examined_count")), beside, say("cameras examined")
        )
    ]
    if _has_no_streets(assessment):
        return (*numbers, *ground_numbers(assessment, noticed, finest))
    shown = [
        ("reachable", noticed, say("of street length they could look at closely enough to {noticed}", noticed=noticed)),
        (
            "at_once",
            noticed,
            say("of street length in view at any one moment closely enough to {noticed}", noticed=noticed),
        ),
        ("reachable", finest, say("of street length they could look at closely enough to {finest}", finest=finest)),
    ]
    if assessment.viewing.profile is not None:
        # Both views are the same under a published model, and there may be one level.
        shown = [*shown[:1], *[number for number in shown[2:] if finest != noticed]]
    for view, level, words in shown:
        row = found(assessment, f"streets_{view}_{level}_share")
        if row is None:
            numbers.append(KeyNumber(say(NOT_COMPUTED), "", words))
        elif is_upper_bound(assessment) and row["value"] >= ALL:
            numbers.append(KeyNumber(say("unknown"), say(UNKNOWN_SHARE), words))
        else:
            most = say("at most ") if is_upper_bound(assessment) else ""
            width = row["high"] - row["low"]
            value = f"{most}{percent(row['value'], width=width)}"
            numbers.append(KeyNumber(value, percent_range(row["low"], row["high"]), words))
    return tuple(numbers)


def map_section(assessment: Assessment) -> Section:
    """Return the map with what it shows in words."""
    level, _ = chosen_levels(assessment)
    description = say(
        "Streets of {name} coloured by the share of their length that some camera could look at, at {level};"
        " cameras as dots; buildings in grey. The tables below hold the same numbers.",
        name=assessment.city.name,
        level=level,
    )
    instructions = say(
        "Choose a detail level, a view and layers; click a camera for what is known, what is assumed and what it may see, a"
        " street for how much of it is in view and who sees it, or a sensitive place, a square or an area for what is in view of"
        " it. By keyboard, arrows move the map, plus and minus zoom, and Enter asks about what lies under the cross in its middle."
        " A view with a broken edge belongs to a camera whose bearing is not known: it looks at a part of that area, nobody says"
        " which. Views are drawn up to the study boundary."
    )
    content = map_content(assessment)
    blocks = (
        Map(content.payload, map_picture(assessment, level), description, instructions, content.tiles, content.tables),
        Text(say("Places of confidential kinds are on no map.")),
    )
    return Section("map", say("The map"), blocks)
