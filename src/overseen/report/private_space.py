"""The section on private space: how much of homes is in view, and what masks would take away and leave."""

from __future__ import annotations

import numpy as np
import pandas as pd

from overseen.assessment.findings import Assessment
from overseen.exposure.private_areas import CELL_M, FEWEST
from overseen.model.schema import VIEWS, interval_columns
from overseen.model.wording import later, say
from overseen.report.completeness import bounded, lacking_sentence, share_in_view
from overseen.report.document import Block, Caveat, Figure, Section, Table, Text
from overseen.report.figures import kept_figure
from overseen.report.words import counted, number_between, percent, rounded

NAME, HEADING = "private", later("Homes and private ground")
CANNOT_TELL = later("cannot tell")
CAMERAS_SHOWN = 15

WHAT = later(
    "Private space is what the map says it is: buildings of a kind that people live in, the free length of their walls, the"
    " courtyards inside of their footprints, and ground that the map closes to the public. Where a map does not say what a building"
    " is, it may be a home or not: such buildings are counted apart, so that the truth lies between none and all of them. The strip"
    " between a house and the street is in no map and in no number here. Nothing is listed by house."
)


def private_section(assessment: Assessment) -> Section:
    """Return the section; where the data have no kinds of buildings it says that nobody can tell, and why."""
    dwellings = _value(assessment, "masks_cameras_needed_count")
    blocks: list[Block] = [Text(WHAT)]
    if dwellings is None:
        blocks += [Text(_cannot_tell(assessment)), *_ground(assessment)]
        return Section(NAME, HEADING, tuple(blocks))
    blocks += [Text(_known_sentence(assessment)), _level_table(assessment), *_ground(assessment), *_areas(assessment)]
    return Section(NAME, HEADING, (*blocks, *_masks(assessment)))


def _row(assessment: Assessment, name: str) -> pd.Series | None:
    return assessment.findings.loc[name] if name in assessment.findings.index else None


def _value(assessment: Assessment, name: str) -> float | None:
    row = _row(assessment, name)
    return None if row is None else float(row["value"])


def _cannot_tell(assessment: Assessment) -> str:
    if assessment.viewing.profile is not None:
        return say(
            "Whether homes are in view: {cannot_tell}. The view model {name} is flat: it says nothing of"
            " façades, and no masks are proposed for it. The project's own profile would answer it.",
            cannot_tell=CANNOT_TELL,
            name=assessment.viewing.profile.name,
        )
    count = _value(assessment, "dwellings_maybe_listed_count") or 0
    return say(
        "Whether homes are in view: {cannot_tell}. None of the {building} inside the boundary has a kind"
        " that says what it is, so a home cannot be told from an office; for the same reason no masks are"
        " proposed for façades. Buildings with kinds, such as those of OpenStreetMap or Overture, would"
        " answer it.",
        cannot_tell=CANNOT_TELL,
        building=counted(count, "building"),
    )


def _published(assessment: Assessment, name: str) -> str:
    value = _value(assessment, name)
    return say("fewer than {fewest}", fewest=FEWEST) if value is None else say("{value:,.0f}", value=value)


def _known_sentence(assessment: Assessment) -> str:
    known, maybe = (_published(assessment, f"dwellings_{kind}listed_count") for kind in ("", "maybe_"))
    first = assessment.viewing.ladder.names[0]
    share = _row(assessment, f"facades_reachable_{first}_share")
    upper = _row(assessment, f"maybe_facades_reachable_{first}_share")
    if share is None or upper is None:
        return say(
            "The map names {known} buildings as dwellings; of {maybe} it does not say what they are.",
            known=known,
            maybe=maybe,
        )
    return say(
        "The map names {known} buildings as dwellings, with {denominator} m of façade; of {maybe} more, with"
        " {denominator_2} m, it does not say what they are. Of the façade of dwellings, cameras could have"
        " in view {value}, at {first}; of the façade of the buildings of unknown kind, {value_2}.",
        known=known,
        denominator=rounded(share["denominator"]),
        maybe=maybe,
        denominator_2=rounded(upper["denominator"]),
        value=share_in_view(assessment, share),
        first=first,
        value_2=share_in_view(assessment, upper),
    ) + "".join(f" {words}" for words in lacking_sentence(assessment, say("views of homes")))


def _level_table(assessment: Assessment) -> Table:
    rows = []
    for level in assessment.viewing.ladder.names:
        for view, words in zip(VIEWS, (say("could look at"), say("at once")), strict=True):
            stem = f"{view}_{level}"
            rows.append(
                (
                    level,
                    words,
                    _metres(assessment, f"facades_{stem}_length_m"),
                    _count(assessment, f"dwellings_{stem}_count"),
                    _metres(assessment, f"maybe_facades_{stem}_length_m"),
                    _count(assessment, f"maybe_dwellings_{stem}_count"),
                )
            )
    title = say(
        "Façades in view: mean of the draws, and in brackets the range that holds 90 % of them. A building counts with at least one"
        " metre of façade. The last two columns are of buildings that may be dwellings or not: add none or all of them"
    )
    heads = (
        "Level",
        "View",
        say("Façade of dwellings, m"),
        "Dwellings",
        say("Façade of unknown kind, m"),
        say("Buildings of unknown kind"),
    )
    return Table(title, heads, tuple(rows), (False, False, True, True, True, True), is_detail=True)


def _metres(assessment: Assessment, name: str) -> str:
    row = _row(assessment, name)
    if row is None:
        return CANNOT_TELL
    return bounded(assessment, row, number_between(row["value"], row["low"], row["high"]))


def _count(assessment: Assessment, name: str) -> str:
    row = _row(assessment, name)
    if row is None:
        return say("fewer than {fewest}", fewest=FEWEST)
    return bounded(
        assessment,
        row,
        say("{value:,.0f} ({low:,.0f} to {high:,.0f})", value=row["value"], low=row["low"], high=row["high"]),
    )


def _ground(assessment: Assessment) -> list[Block]:
    level = assessment.viewing.ladder.names[0]
    sentences = []
    for prefix, words in (("", say("gardens, courtyards of dwellings and ground closed to the public")),
                          ("maybe_", say("gardens and residential land that may be private or open to all"))):  # fmt: skip
        names = [f"{prefix}private_ground_{view}_{level}_area_m2" for view in VIEWS]
        reach = _row(assessment, names[0])
        if reach is None or not reach["denominator"]:
            sentences.append(say("The map shows no {words}.", words=words))
            continue
        sentences.append(
            say(
                "Of {denominator} m² of {words}, cameras could have in view {metres} m², at {level}; at any one"
                " moment {metres_2} m² are.",
                denominator=rounded(reach["denominator"]),
                words=words,
                metres=_metres(assessment, names[0]),
                level=level,
                metres_2=_metres(assessment, names[1]),
            )
        )
    return [Text(" ".join(sentences))]


def _areas(assessment: Assessment) -> list[Block]:
    table = assessment.private_areas
    if table.empty:
        return []
    level = assessment.viewing.ladder.names[0]
    shown = table[~table["is_withheld"]]
    columns = interval_columns(f"reachable_{level}_dwelling", "count")
    rows = tuple(
        (
            str(name) if row["name"] is None or pd.isna(row["name"]) else str(row["name"]),
            say("{dwelling_count:,.0f}", dwelling_count=row['dwelling_count']),
            say("fewer than {fewest}", fewest=FEWEST) + say(", or all but so few") if np.isnan(row[columns[0]]) else say("{row:,.0f} ({row_2:,.0f} to {row_3:,.0f})", row=row[columns[0]], row_2=row[columns[1]], row_3=row[columns[2]]),
        )
        for name, row in shown.iterrows()
    )  # fmt: skip
    hidden = int(table["is_withheld"].sum())
    rule = say(
        "Dwellings are published by area{cell_m}, and numbers of {few} are withheld; so are, where those"
        " could be reckoned from the rest, the next in size. {area} of {table:,} {value} withheld.",
        cell_m="" if _has_areas(assessment) else say(", here cells of {cell_m:g} m", cell_m=CELL_M),
        few=say("fewer than {fewest}", fewest=FEWEST),
        area=counted(hidden, "area"),
        table=len(table),
        value=say("is") if hidden == 1 else say("are"),
    )
    blocks: list[Block] = [Text(rule)]
    if rows:
        title = say("Dwellings that some camera could look at, at {level}, by area", level=level)
        blocks.append(Table(title, (say("Area"), say("Dwellings"), say("In view")), rows[:50], (False, True, True)))
    return blocks


def _has_areas(assessment: Assessment) -> bool:
    areas = getattr(assessment.city, "areas", None)
    return areas is not None and len(areas) > 0


def _masks(assessment: Assessment) -> list[Block]:
    effects = assessment.mask_effects
    needed = effects[effects["is_mask_needed"]]
    if needed.empty:
        return [
            Text(
                say(
                    "No examined camera could look at a home known as such, under the central assumptions: no mask is needed."
                )
            )
        ]
    lost = needed[~needed["keeps_public_view"]]
    sentences = say(
        "{needed:,} of {examined_camera} could look at a home known as such or at its ground, under the"
        " central assumptions. {mask} would take all of it out of their pictures: bearings, and angles below"
        " the horizon between which the picture is blackened, down to the foot of the façade or the near"
        " edge of the garden and no further, so that the street before them stays in view. For a camera that"
        " turns, or of which nobody knows where it points, masks are given for every direction in which it"
        " could look. They are in assessment.json, under masks.",
        needed=len(needed),
        examined_camera=counted(len(effects), "examined camera"),
        mask=counted(len(assessment.masks), "mask"),
    )
    if len(lost):
        sentences += say(
            " {camera} cannot be masked without losing the view: less than 5 % of the public space in it would"
            " be left.",
            camera=counted(len(lost), "camera"),
        )
    blocks: list[Block] = [Text(sentences), _kept(assessment)]
    worst = needed.assign(kept=needed["public_after_m2"] / needed["public_before_m2"].clip(lower=1e-9))
    worst = worst.sort_values(["kept", "masked_bearing_deg"], kind="stable").head(CAMERAS_SHOWN)
    rows = tuple(
        (
            str(name),
            say("{masked_bearing_deg:.0f}", masked_bearing_deg=row["masked_bearing_deg"]),
            rounded(row["public_before_m2"]),
            percent(row["kept"])
            if row["keeps_public_view"]
            else say("{kept}: not maskable", kept=percent(row["kept"])),
            f"{rounded(row['street_before_length_m'])} → {rounded(row['street_after_length_m'])}",
        )
        for name, row in worst.iterrows()
    )
    blocks.append(
        Table(
            say(
                "The {rows} cameras whose view of public space the masks narrow most, at {names}",
                rows=len(rows),
                names=assessment.viewing.ladder.names[0],
            ),
            (
                say("Camera"),
                say("Masked bearings, degrees"),
                say("Public space before, m²"),
                say("Kept"),
                say("Street, m"),
            ),
            rows,
            (False, True, True, True, True),
            is_detail=True,
        )
    )
    blocks.append(
        Caveat(
            say(
                "Masks are for homes that the map names; buildings of unknown kind are not masked. They hide faces as high as 1.6 m that"
                " stand before a façade, too. Whoever sets a mask must check it in the picture; nothing here turns, moves or adds a camera."
            )
        )
    )
    return blocks


def _kept(assessment: Assessment) -> Figure:
    effects = assessment.mask_effects
    needed = effects[effects["is_mask_needed"]]
    public = needed["public_before_m2"].sum(), needed["public_after_m2"].sum()
    ground = needed["ground_before_m2"].sum(), needed["ground_after_m2"].sum()
    street, facade = (
        tuple(_value(assessment, f"masks_{when}_{name}_length_m") or 0.0 for when in ("before", "after"))
        for name in ("street", "facade")
    )
    things = (
        (say("Street, all cameras"), "m", street),
        (say("Public space, cameras with masks"), "m²", public),
        (say("Façade of dwellings, all cameras"), "m", facade),
        (say("Private ground, cameras with masks"), "m²", ground),
    )
    shown = [(name, unit, pair) for name, unit, pair in things if pair[0] > 0.0]
    data = Table(
        say(
            "In view without and with masks, under the central assumptions; cameras with masks are added up, all cameras merged"
        ),
        (say("What"), say("Unit"), say("Without masks"), say("With masks"), say("Kept")),
        tuple((name, unit, rounded(b), rounded(a), percent(a / b)) for name, unit, (b, a) in shown),
        (False, False, True, True, True),
    )
    svg = kept_figure(
        [name for name, _, _ in shown], np.array([a / b for _, _, (b, a) in shown]), axis=say("kept with masks, %")
    )
    return Figure(
        "masks",
        say("What would masks take away, and what would they leave?"),
        svg,
        say(
            "Bars of what stays in view with masks, of all that is in view without: public things on top, private ones below."
        ),
        data,
    )
