"""The section on purposes: whether the cameras serve what they are declared to be for, what else they see, and which are needed."""

from __future__ import annotations

import numpy as np
import pandas as pd

from overseen.assessment.findings import Assessment
from overseen.assessment.purpose_result import PurposeResult
from overseen.model.schema import interval_columns
from overseen.model.wording import later, say
from overseen.report.document import Block, Caveat, Figure, Points, Section, Table, Text
from overseen.report.figures import ladder_figure
from overseen.report.words import counted, number_between, percent, rounded, with_range

NAME, HEADING = "purposes", later("What the cameras are for")
NECESSITY_NAME, NECESSITY_HEADING = "necessity", later("Which cameras are needed")
CANNOT_TELL = later("cannot tell")
FEW = later("fewer than 10, or cannot tell")
ZONES_SHOWN = CAMERAS_SHOWN = 20

VERDICT_WORDS = {
    "suitable": later("suitable: reached in every draw"),
    "cannot_tell": later("cannot tell: reached in some draws, in others not"),
    "not_suitable": later("not suitable: reached in no draw"),
}

RUNG_NAMES = {
    "as_given": later("As given"),
    "needed_only": later("Needed cameras only"),
    "reach_narrowed": later("… their reach narrowed"),
    "masked": later("… and homes masked"),
    "hours_shortened": later("… and hours shortened"),
}

WHAT = later(
    "A purpose names zones, a detail level, and the share of each zone that its author declares to suffice. Whether it is reached is"
    " asked of what the cameras have in view at any one moment, in the public space of the zones: the ground that is neither building"
    " nor water nor belongs to homes. What is missing is one number for a purpose. Where it is missing is not looked for."
)

HOW = later(
    "Needed means: among the fewest of the given cameras that keep in view, in every zone, the share that its purpose asks for, or as"
    " much as all cameras together have where that is less. Zones are sampled at points; points that the same cameras see are one"
    " cell, and the choice is a mixed-integer programme over those cells, solved with a proven bound. Of choices of as few cameras the"
    " one with least view outside the zones is taken. It is always a part of what was given: no camera is added, moved or turned."
)


def purpose_sections(assessment: Assessment) -> tuple[Section, ...]:
    """Return the sections on purposes and on necessity; none where the plan declares no purpose."""
    found = assessment.purposes
    if found is None:
        return ()
    return (
        Section(
            NAME,
            HEADING,
            (
                Text(say(WHAT)),
                *_verdicts(found),
                _suitability(found),
                Text(_sampling(found)),
                *_zones(found),
                *_beside(found),
            ),
        ),
        Section(NECESSITY_NAME, NECESSITY_HEADING, (Text(say(HOW)), *_needed(found, assessment), *_cameras(found))),
    )


def _row(row: pd.Series, stem: str, suffix: str) -> pd.Series:
    """Return the three columns of a quantity as value, low and high."""
    return pd.Series(
        dict(zip(("value", "low", "high"), row[list(interval_columns(stem, suffix))], strict=True)), dtype=float
    )


def _number(row: pd.Series, stem: str, suffix: str) -> str:
    drawn = _row(row, stem, suffix)
    return number_between(drawn["value"], drawn["low"], drawn["high"])


def _verdicts(found: PurposeResult) -> list[Block]:
    return [Points(tuple(verdict_sentence(str(name), row) for name, row in found.purposes.iterrows()))]


def verdict_sentence(name: str, row: pd.Series) -> str:
    """Return in a sentence whether a purpose is reached, and by how much it is not."""
    in_view = with_range(_row(row, "in_view", "share"))
    is_one = row["zone_count"] == 1
    zones, all_of_it = (
        (say("its zone"), "it")
        if is_one
        else (say("each of its {zone_count:,} zones", zone_count=row["zone_count"]), say("them together"))
    )
    sentence = say(
        "{name}: {verdict_words}. It asks for {required_share} of {zones} at {level}; {in_view} of"
        " {all_of_it} is in view at any one moment.",
        name=name,
        verdict_words=VERDICT_WORDS[row["verdict"]],
        required_share=percent(row["required_share"]),
        zones=zones,
        level=row["level"],
        in_view=in_view,
        all_of_it=all_of_it,
    )
    if row["verdict"] != "suitable":
        sentence += say(
            " The shortfall is {row} of {is_one}.",
            row=with_range(_row(row, "shortfall", "share")),
            is_one=say("the zone") if is_one else say("the zones"),
        )
    if row["verdict"] == "cannot_tell":
        sentence += say(" It is reached in {reached_share} of the draws.", reached_share=percent(row["reached_share"]))
    return sentence


def _suitability(found: PurposeResult) -> Table:
    rows = tuple(
        (
            str(name),
            str(row["level"]),
            percent(row["required_share"]),
            with_range(_row(row, "in_view", "share")),
            with_range(_row(row, "shortfall", "share")),
            row["verdict"].replace("_", " "),
        )
        for name, row in found.purposes.iterrows()
    )
    title = say("Whether each purpose is reached: mean of the draws, and in brackets the range that holds 90 % of them")
    return Table(
        title,
        (
            say("Purpose"),
            say("Level"),
            say("Asked for"),
            say("In view at any one moment"),
            say("Shortfall"),
            say("Answer"),
        ),
        rows,
        (False, False, True, True, True, False),
    )


def _zones(found: PurposeResult) -> list[Block]:
    if len(found.zones) > ZONES_SHOWN:
        return [
            Text(
                say(
                    "The {zones:,} zones stand in assessment.json, in the order of their files.", zones=len(found.zones)
                )
            )
        ]
    rows = tuple(
        (row["purpose"], row["zone_id"], rounded(row["public_m2"]), with_range(_row(row, "in_view", "share")))
        for _, row in found.zones.iterrows()
    )
    title = say("The zones as declared, in the order of their files")
    heads = ("Purpose", "Zone", say("Public space, m²"), say("In view at any one moment"))
    return [Table(title, heads, rows, (False, False, True, True), is_detail=True)]


def _beside(found: PurposeResult) -> list[Block]:
    rows = tuple(
        (
            str(name),
            say("{serving_camera_count:,}", serving_camera_count=row["serving_camera_count"]),
            _number(row, "overspill", "m2"),
            with_range(_row(row, "overspill", "share")),
            with_range(_row(row, "seen_overspill", "share")),
            say(FEW)
            if np.isnan(row["overspill_dwelling_count"])
            else say("{overspill_dwelling_count:,.0f}", overspill_dwelling_count=row["overspill_dwelling_count"]),
        )
        for name, row in found.purposes.iterrows()
    )
    title = say(
        "What the cameras that serve a purpose have in view outside its zones at any one moment. Open ground, sampled every 5 m; a home"
        " counts when somebody who stands before its façade would be in view at the lowest level"
    )
    heads = (
        "Purpose",
        "Cameras",
        say("Outside, m², at its level"),
        say("Share of their view"),
        say("Share at the lowest level"),
        "Homes",
    )
    facts = found.facts
    readers = (
        say(
            " {plate_reader} are held to no purpose, since they watch vehicles.",
            plate_reader=counted(facts.plate_reader_count, "plate reader"),
        )
        if facts.plate_reader_count
        else ""
    )
    count = len(found.camera_necessity)
    sentence = say(
        "{unserving_count:,} of {examined_camera} see nothing of any declared zone, in any draw: they serve"
        " no declared purpose.{readers} What each camera has in view of each zone and beside it stands in"
        " assessment.json, under purposes.",
        unserving_count=facts.unserving_count,
        examined_camera=counted(count, "examined camera"),
        readers=readers,
    )
    table = Table(title, heads, rows, (False, True, True, True, True, True))
    return [table, Text(sentence), *_without_purpose(found)]


def needed_sentences(found: PurposeResult) -> tuple[str, ...]:
    """Return what is needed of the network, in sentences."""
    facts, ladder = found.facts, found.ladder
    least, count = ladder.loc["needed_only"], len(found.camera_necessity)
    low, high = least["camera_low_count"], least["camera_high_count"]
    sentences = [
        say(
            "{count_range} of {examined_camera} do for all declared purposes together, as far as the whole"
            " network serves them ({draw} solved).",
            count_range=_count_range(least["camera_count"], low, high),
            examined_camera=counted(count, "examined camera"),
            draw=counted(facts.solved_draws, "draw"),
        ),
        _proof(found),
        say(
            "{camera} are needed in no solved draw; for {camera_2} no others make up in any.",
            camera=counted(facts.never_needed_count, "camera"),
            camera_2=counted(facts.irreplaceable_count, "camera"),
        ),
    ]
    if not facts.can_mask:
        sentences.append(
            say(
                "Whether masks would spare homes without harm to the purposes: {cannot_tell}; needs masks, and for"
                " them data that say which buildings are homes.",
                cannot_tell=say(CANNOT_TELL),
            )
        )
    if not facts.has_hours:
        sentences.append(
            say(
                "What shorter hours would spare: {cannot_tell}; needs hours_operated and hours_needed of every"
                " purpose.",
                cannot_tell=say(CANNOT_TELL),
            )
        )
    return tuple(sentences)


def _count_range(value: float, low: float, high: float) -> str:
    return (
        say("{value:,.0f}", value=value)
        if low == high
        else say("{value:,.0f} ({low:,.0f} to {high:,.0f})", value=value, low=low, high=high)
    )


def _proof(found: PurposeResult) -> str:
    least, facts = found.ladder.loc["needed_only"], found.facts
    if least["proven_share"] == 1.0:
        return say(
            "In every draw it is proven that fewer do not; a greedy choice would take {greedy_count:,.1f} on average.",
            greedy_count=facts.greedy_count,
        )
    return say(
        "It is proven that fewer than {bound_count:,.1f} on average do not: the gap is {camera_count:,.1f}"
        " cameras; a greedy choice would take {greedy_count:,.1f}.",
        bound_count=least["bound_count"],
        camera_count=least["camera_count"] - least["bound_count"],
        greedy_count=facts.greedy_count,
    )


def _needed(found: PurposeResult, assessment: Assessment) -> list[Block]:
    blocks: list[Block] = [Text(" ".join(needed_sentences(found))), _ladder(found, assessment.viewing.ladder.names[0])]
    if "masked" in found.ladder.index:
        kept = _row(found.ladder.loc["masked"], "kept", "share")
        blocks.append(
            Text(
                say(
                    "With masks, the zone that loses most keeps {kept} of what it must have in view; the cameras of that"
                    " rung are the fewest that do as far as masked cameras can.",
                    kept=with_range(kept),
                )
            )
        )
    blocks.append(_overlap(found))
    blocks.append(
        Caveat(
            say(
                "The ladder is an answer to one question of necessity: whether less would serve the declared purposes as far. It does not"
                " say whether the purposes are lawful or worth it, and zones, levels and shares are those of whoever declared them."
            )
        )
    )
    return blocks


def _ladder(found: PurposeResult, level: str) -> Figure:
    ladder = found.ladder
    rows = tuple(
        (
            RUNG_NAMES[str(name)],
            _count_range(row["camera_count"], row["camera_low_count"], row["camera_high_count"]),
            with_range(_row(row, "street", "share")),
            say(FEW) if np.isnan(row["dwelling_count"]) else _count_range(*row[["dwelling_count", "dwelling_low_count", "dwelling_high_count"]]),
            say("not declared") if np.isnan(row["street_day_s"]) else say("{street_day_s:.1f}", street_day_s=row['street_day_s'] / 3600.0),
        )
        for name, row in ladder.iterrows()
    )  # fmt: skip
    data = Table(
        say(
            "The ladder of lesser means, each rung with those before it; streets and homes that the cameras"
            " could look at, at {level}",
            level=level,
        ),
        (say("Rung"), say("Cameras"), say("Street in view"), say("Homes"), say("Hours a day, a metre of street")),
        rows,
        (False, True, True, True, True),
    )
    svg = ladder_figure(
        [RUNG_NAMES[str(name)] for name in ladder.index],
        ladder[["street_share", "street_low_share", "street_high_share"]].to_numpy(dtype=float),
        [row[1] for row in rows],
        axis=say("share of counted street that they could look at, at {level}, %", level=level),
    )
    return Figure(
        "ladder",
        say("How much less would be in view, with the purposes served as far?"),
        svg,
        say(
            "Bars of the share of street in view, from the network as given down to the needed cameras with narrowed reach, masks and"
            " shorter hours; thin lines hold 90 % of the draws; beside each bar the number of cameras."
        ),
        data,
    )


def _overlap(found: PurposeResult) -> Table:
    rows = tuple(
        (str(name), *(percent(row[f"seen_by_{many}_share"]) for many in ("one", "two", "three", "more")))
        for name, row in found.purposes.iterrows()
    )
    return Table(
        say("By how many cameras at a time what is in view of the zones is seen: mean of the draws"),
        (say("Purpose"), say("One"), say("Two"), say("Three"), say("Four or more")),
        rows,
        (False, True, True, True, True),
    )


def _cameras(found: PurposeResult) -> list[Block]:
    """Return the serving cameras that are needed least often, and what the purposes would lose without each."""
    table = found.camera_necessity[found.camera_necessity["serves_a_purpose"]]
    if table.empty:
        return []
    alone = found.camera_purposes.groupby("camera_id")[list(interval_columns("alone", "m2"))].sum()
    spill = found.camera_purposes.groupby("camera_id")["overspill_m2"].max()
    shown = table.assign(spill=spill.reindex(table.index, fill_value=0.0)).reset_index()
    shown = shown.sort_values(["needed_share", "spill", "camera_id"], ascending=[True, False, True]).head(CAMERAS_SHOWN)
    rows = tuple(
        (
            str(row["camera_id"]),
            percent(row["needed_share"]),
            percent(row["irreplaceable_share"]),
            _number(alone.loc[row["camera_id"]], "alone", "m2"),
            rounded(row["spill"]),
        )
        for _, row in shown.iterrows()
    )
    title = say(
        "The {rows} of {camera} with a purpose that are needed least often, those with most view outside the"
        " zones first. All cameras stand in assessment.json, under purposes",
        rows=len(rows),
        camera=counted(len(table), "camera"),
    )
    heads = (
        "Camera",
        say("Needed in, of draws"),
        say("Irreplaceable in"),
        say("Lost without it, m² of zones"),
        say("Outside the zones, m²"),
    )
    return [Table(title, heads, rows, (False, True, True, True, True)), Text(_open_bearings())]


def _open_bearings() -> str:
    return say(
        "Where the list does not say where a camera points, every draw lets it point elsewhere: it may be needed in one draw and not in"
        " the next. A camera that is needed in few draws is one of which too little is known, or one of several that do as well."
    )


def _without_purpose(found: PurposeResult) -> list[Block]:
    """Return the cameras that serve no declared purpose."""
    names = found.camera_necessity.index[~found.camera_necessity["serves_a_purpose"]]
    if names.empty:
        return []
    shown = names[:CAMERAS_SHOWN]
    title = say(
        "{shown} of {camera} that serve no declared purpose, in the order of the list",
        shown=len(shown),
        camera=counted(len(names), "camera"),
    )
    return [Table(title, (say("Camera"),), tuple((str(name),) for name in shown), (False,))]


def _sampling(found: PurposeResult) -> str:
    """Return how far sampling may be off: by the standard error of as many points strewn at random, which is more than a grid's."""
    parts = [
        say(
            "{name}, {public_m2} points {spacing_m:g} m apart, ±{sqrt:.1f} percentage points",
            name=name,
            public_m2=rounded(row["public_m2"] / row["spacing_m"] ** 2),
            spacing_m=row["spacing_m"],
            sqrt=100.0 * 0.5 / np.sqrt(max(row["public_m2"] / row["spacing_m"] ** 2, 1.0)),
        )
        for name, row in found.purposes.iterrows()
    ]
    return say(
        "Zones are sampled on a grid, and shares of them carry a standard error of at most: {parts}.",
        parts="; ".join(parts),
    )
