"""From an assessment to what the report says: the answer, the key numbers and the sections."""

from __future__ import annotations

from importlib.metadata import version

import numpy as np
import pandas as pd

from overseen.assessment.findings import Assessment
from overseen.model.schema import VIEWS
from overseen.model.wording import commas, enumerated, later, retold, said_day, say, say_counted, semicolons
from overseen.report.completeness import (
    ALL,
    UNKNOWN_SHARE,
    at_most,
    completeness_section,
    in_view,
    is_upper_bound,
    list_clause,
    split_sentence,
    undercount_section,
    undercount_sentence,
    warnings,
)
from overseen.report.document import Block, Document, Figure, KeyNumber, Map, Section, Table, Text
from overseen.report.figures import level_figure
from overseen.report.ground import ground_answer, ground_numbers, ground_section
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
    number_between,
    percent,
    percent_range,
    rounded,
    share_between,
)  # fmt: skip

STREETS_SHOWN = 15
STREETS_LISTED = 300
"""Of so many named streets each stands in the report; of more, in the files and the site."""


def document(assessment: Assessment) -> Document:
    """Return the report on an assessment."""
    sections = (
        *statement_section(assessment),
        map_section(assessment),
        *([ground_section(assessment)] if _has_no_streets(assessment) else _city_sections(assessment)),
        *purpose_sections(assessment),
        *operation_sections(assessment),
        _camera_section(assessment),
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
        _level_section(assessment),
        completeness_section(assessment),
        _street_section(assessment),
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


def found(assessment: Assessment, name: str) -> pd.Series | None:
    """Return a finding, or None where it was not computed."""
    return assessment.findings.loc[name] if name in assessment.findings.index else None


def _count(assessment: Assessment, name: str) -> int:
    row = found(assessment, name)
    return 0 if row is None else int(row["value"])


def chosen_levels(assessment: Assessment) -> tuple[str, str]:
    """Return the level at which a person is noticed and the finest of a ladder's ordinary levels."""
    names = assessment.viewing.ladder.names
    noticed = "detect" if "detect" in names else names[min(1, len(names) - 1)]
    return noticed, "identify" if "identify" in names else names[-1]


def _meaning(assessment: Assessment, level: str) -> str:
    words = {item.name: item.meaning for item in assessment.viewing.ladder.levels}[level]
    return f" ({retold(words)})" if words else ""


def answer(assessment: Assessment) -> tuple[str, ...]:
    """Return the answer sentence by sentence, each number with its interval and its denominator."""
    if not _count(assessment, "cameras_examined_count"):
        listed = counted(_count(assessment, "cameras_listed_count"), "camera")
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
    examined, listed = (_count(assessment, f"cameras_{kind}_count") for kind in ("examined", "listed"))
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
    heads = _count(assessment, "heads_listed_count")
    bearing, field, height = (
        _count(assessment, f"heads_{name}_unknown_count") for name in ("bearing", "field_of_view", "mounting_height")
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
    listed = _count(assessment, "cameras_listed_count")
    beside = (
        say("of {listed:,} listed", listed=listed)
        if assessment.plan.is_list_complete
        else say("of at least {listed:,}", listed=listed)
    )
    numbers = [
        KeyNumber(say("{count:,}", count=_count(assessment, "cameras_examined_count")), beside, say("cameras examined"))
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


def _level_section(assessment: Assessment) -> Section:
    names = assessment.viewing.ladder.names
    rows: list[tuple[str, ...]] = []
    values: dict[str, list[list[float]]] = {view: [] for view in VIEWS}
    for level in names:
        for view, words in (("reachable", say("could look at")), ("at_once", say("at once"))):
            share = found(assessment, f"streets_{view}_{level}_share")
            length = found(assessment, f"streets_{view}_{level}_length_m")
            space = found(assessment, f"public_space_{view}_{level}_share")
            values[view].append([0.0] * 3 if share is None else [share["value"], share["low"], share["high"]])
            seen = in_view(assessment, share)
            metres = seen if seen == say(UNKNOWN_SHARE) else _metres(length, is_bound=is_upper_bound(assessment))
            rows.append((level, words, seen, metres, in_view(assessment, space)))
    streets, space = (
        found(assessment, f"streets_reachable_{names[0]}_share"),
        found(assessment, f"public_space_reachable_{names[0]}_share"),
    )
    table = Table(
        say("In view, by detail level: mean of the draws, and in brackets the range that holds 90 % of them"),
        (say("Level"), say("View"), say("Share of street"), say("Metres of street"), say("Share of public space")),
        tuple(rows),
        (False, False, True, True, True),
    )
    svg = level_figure(
        names,
        np.array(values["reachable"]),
        np.array(values["at_once"]),
        names=(say("could look at"), say("in view at any one moment")),
        axis=say("share of open-air walkable street, %")
        + (say(" (upper bounds)") if is_upper_bound(assessment) else ""),
    )
    of = (
        []
        if streets is None
        else [
            say(
                "Streets: {denominator} of open-air street that can be walked, inside the boundary.",
                denominator=kilometres(streets["denominator"]),
            )
        ]
    )
    of += (
        []
        if space is None
        else [
            say(
                "Public space: {denominator} hectares inside the boundary that are neither building nor water nor"
                " ground known as private; bridges are in it.{undecided}",
                denominator=rounded(space["denominator"] / 10000.0),
                undecided=_undecided(assessment),
            )
        ]
    )
    blocks: tuple[Block, ...] = (
        Text(
            say(
                "Two views are kept apart. What a camera could look at is everything it can turn to; what it sees at once is the"
                " field it has at any one moment. For a camera that does not turn they are the same."
            )
        ),
        *_levels_told(assessment),
        Figure(
            "levels",
            say("How much street is in view, and how closely?"),
            svg,
            say(
                "Bars of the share of street in view for each detail level, once for all that cameras could look at and once for"
                " what they see at one moment; thin lines hold 90 % of the draws. The shares fall as the detail rises."
            ),
            table,
        ),
        Text(" ".join(of)),
    )
    return Section("levels", say("How much is in view"), blocks)


def _levels_told(assessment: Assessment) -> tuple[Text, ...]:
    """Return what each detail level shows; nothing where the ladder does not tell."""
    told = [
        say("{level} ({meaning})", level=level.name, meaning=retold(level.meaning))
        for level in assessment.viewing.ladder.levels
        if level.meaning
    ]
    if not told:
        return ()
    return (Text(say("How closely is told in levels of detail, from coarse to fine: {told}.", told=semicolons(told))),)


def _undecided(assessment: Assessment) -> str:
    share = found(assessment, "public_space_undecided_share")
    if share is None or share["value"] == 0.0:
        return ""
    return say(
        " {value} of it is gardens of which the data do not tell whether they are open to all.",
        value=percent(share["value"]),
    )


def _metres(row: pd.Series | None, *, is_bound: bool) -> str:
    if row is None:
        return say(NOT_COMPUTED)
    return f"{say('at most ') if is_bound else ''}{number_between(row['value'], row['low'], row['high'])}"


def _street_section(assessment: Assessment) -> Section:
    level, finest = chosen_levels(assessment)
    streets = assessment.streets[assessment.streets["is_counted"]]
    columns = [
        "length_m",
        "buildings_missing_length_m",
        *[
            f"reachable_{name}_length{part}_m"
            for name in dict.fromkeys((level, finest))
            for part in ("", "_low", "_high")
        ],
    ]
    by_name = streets.dropna(subset=["name"]).groupby("name")[columns].sum()
    by_metres = by_name.sort_values([f"reachable_{level}_length_m", "length_m"], ascending=False, kind="stable")
    most = by_metres[by_metres[f"reachable_{level}_length_m"] > 0.0].head(STREETS_SHOWN)
    heads = (
        say("Street"),
        say("Length, m"),
        say("In view at {level}", level=level),
        say("In view at {finest}", finest=finest),
    )

    def table(caption: str, shown: pd.DataFrame, *, is_detail: bool = False) -> Table:
        rows = tuple(
            (str(name), rounded(row["length_m"]), *(_street_share(row, one) for one in (level, finest)))
            for name, row in shown.iterrows()
        )
        return Table(caption, heads, rows, (False, True, True, True), is_detail=is_detail)

    tables = [
        table(
            say(
                "The {rows} named streets with most metres that cameras could look at, at {level}",
                rows=len(most),
                level=level,
            ),
            most,
        )
    ]
    if len(most) < len(by_name) <= STREETS_LISTED:
        caption = say("Find a street: all {rows:,} that have a name, in the order of their names", rows=len(by_name))
        tables.append(table(caption, by_name, is_detail=True))
    unnamed = float(streets.loc[streets["name"].isna(), "length_m"].sum())
    note = Text(
        say(
            "Pieces of one name are added up, both sides of a street where both are mapped. The brackets add the"
            " low and the high ends of the pieces, so they are the widest range the street can have. A further"
            " {unnamed} of counted street has no name; all pieces stand in streets.parquet.",
            unnamed=kilometres(unnamed),
        )
    )
    return Section(
        "streets", say("Which streets"), (*tables, note) if len(most) else (Text(say("No street is in view.")),)
    )


def _street_share(row: pd.Series, level: str) -> str:
    mean, low, high = (row[f"reachable_{level}_length{part}_m"] / row["length_m"] for part in ("", "_low", "_high"))
    if row["buildings_missing_length_m"] <= 0.5 * row["length_m"]:
        return share_between(mean, low, high)
    return at_most(pd.Series({"value": mean, "low": low, "high": high}))


PLACEMENT_WORDS = {
    "free": later("stands free, as mapped"),
    "on_facade": later("hangs on a wall; set off from it"),
    "on_roof": later("stands on a roof"),
    "moved_to_facade": later("mapped inside a building or beside its wall; moved out of the nearest one"),
    "inside_building": later("mapped deep inside a building; its view is not examined"),
    "indoor": later("indoors by its own tag; its view is not examined"),
}


def _camera_section(assessment: Assessment) -> Section:
    cameras = assessment.cameras
    listed = len(cameras)
    placement = cameras["placement"].value_counts().reindex(list(PLACEMENT_WORDS), fill_value=0)
    places = Table(
        say("Where the mapped positions fall against the buildings"),
        (say("Position"), say("Cameras"), say("Share of the list")),
        tuple(
            (PLACEMENT_WORDS[kind], say("{count:,}", count=count), percent(count / max(listed, 1)))
            for kind, count in placement.items()
            if count
        ),
        (False, True, True),
    )
    heads = _count(assessment, "heads_listed_count")
    known = Table(
        say("What the list states of each lens"),
        (say("Attribute"), say("Stated"), say("Open"), say("Of")),
        tuple(
            (words, say("{heads:,}", heads=heads - count), say("{count:,}", count=count), say("{heads:,}", heads=heads))
            for name, words in (
                ("bearing", "bearing"),
                ("field_of_view", say("field of view")),
                ("image_width", say("pixels across the image")),
                ("mounting_height", say("mounting height")),
                ("tilt", "tilt"),
            )
            for count in [_count(assessment, f"heads_{name}_unknown_count")]
        ),
        (False, True, True, True),
    )
    kinds = cameras["kind"].value_counts().sort_index()
    words = commas(
        say("{count:,} {kind}", count=count, kind=say("of unknown kind") if kind == "unknown" else kind)
        for kind, count in kinds.items()
    )
    operators = listed - _count(assessment, "cameras_operator_unknown_count")
    disused = _count(assessment, "cameras_disused_count")
    sentences = say(
        "The list has {camera}: {words}.",
        camera=counted(listed, "camera"),
        words=words,
    ) + (
        say(" It names the operator of {operators:,} of them.", operators=operators)
        if operators
        else say(" It names no operator.")
    )
    if disused:
        sentences += say(
            " {camera} marked as out of use {value} not examined.",
            camera=counted(disused, "camera"),
            value=say("is") if disused == 1 else say("are"),
        )
    planned = int(((cameras["status"] == "planned") & ~cameras["is_examined"]).sum())
    if planned:
        sentences += say(
            " {camera} marked as planned {value} not examined.",
            camera=counted(planned, "camera"),
            value=say("is") if planned == 1 else say("are"),
        )
    return Section("cameras", say("The cameras"), (Text(sentences), places, known))
