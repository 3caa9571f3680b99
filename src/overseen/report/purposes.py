"""The section on purposes: whether the cameras serve what they are declared to be for, what else they see, and which are needed."""

from __future__ import annotations

import numpy as np
import pandas as pd

from overseen.assessment.findings import Assessment
from overseen.assessment.purpose_result import PurposeResult
from overseen.model.schema import interval_columns
from overseen.report.document import Block, Caveat, Figure, Points, Section, Table, Text
from overseen.report.figures import ladder_figure
from overseen.report.words import counted, number_range, percent, rounded, with_range

NAME, HEADING = "purposes", "What the cameras are for"
NECESSITY_NAME, NECESSITY_HEADING = "necessity", "Which cameras are needed"
CANNOT_TELL = "cannot tell"
FEW = "fewer than 10, or cannot tell"
ZONES_SHOWN = CAMERAS_SHOWN = 20

VERDICT_WORDS = {
    "suitable": "suitable: reached in every draw",
    "cannot_tell": "cannot tell: reached in some draws, in others not",
    "not_suitable": "not suitable: reached in no draw",
}

RUNG_NAMES = {
    "as_given": "As given",
    "needed_only": "Needed cameras only",
    "reach_narrowed": "… their reach narrowed",
    "masked": "… and homes masked",
    "hours_shortened": "… and hours shortened",
}

WHAT = (
    "A purpose names zones, a detail level, and the share of each zone that its author declares to suffice. Whether it is reached is"
    " asked of what the cameras have in view at any one moment, in the public space of the zones: the ground that is neither building"
    " nor water nor belongs to homes. What is missing is one number for a purpose. Where it is missing is not looked for."
)

HOW = (
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
                Text(WHAT),
                *_verdicts(found),
                _suitability(found),
                Text(_sampling(found)),
                *_zones(found),
                *_beside(found),
            ),
        ),
        Section(NECESSITY_NAME, NECESSITY_HEADING, (Text(HOW), *_needed(found, assessment), *_cameras(found))),
    )


def _row(row: pd.Series, stem: str, suffix: str) -> pd.Series:
    """Return the three columns of a quantity as value, low and high."""
    return pd.Series(
        dict(zip(("value", "low", "high"), row[list(interval_columns(stem, suffix))], strict=True)), dtype=float
    )


def _number(row: pd.Series, stem: str, suffix: str) -> str:
    drawn = _row(row, stem, suffix)
    return f"{rounded(drawn['value'])} ({number_range(drawn['low'], drawn['high'])})"


def _verdicts(found: PurposeResult) -> list[Block]:
    return [Points(tuple(verdict_sentence(str(name), row) for name, row in found.purposes.iterrows()))]


def verdict_sentence(name: str, row: pd.Series) -> str:
    """Return in a sentence whether a purpose is reached, and by how much it is not."""
    in_view = with_range(_row(row, "in_view", "share"))
    is_one = row["zone_count"] == 1
    zones, all_of_it = ("its zone", "it") if is_one else (f"each of its {row['zone_count']:,} zones", "them together")
    sentence = (
        f"{name}: {VERDICT_WORDS[row['verdict']]}. It asks for {percent(row['required_share'])} of {zones} at {row['level']};"
        f" {in_view} of {all_of_it} is in view at any one moment."
    )
    if row["verdict"] != "suitable":
        sentence += f" The shortfall is {with_range(_row(row, 'shortfall', 'share'))} of {'the zone' if is_one else 'the zones'}."
    if row["verdict"] == "cannot_tell":
        sentence += f" It is reached in {percent(row['reached_share'])} of the draws."
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
    title = "Whether each purpose is reached: mean of the draws, and in brackets the range that holds 90 % of them"
    return Table(
        title,
        ("Purpose", "Level", "Asked for", "In view at any one moment", "Shortfall", "Answer"),
        rows,
        (False, False, True, True, True, False),
    )


def _zones(found: PurposeResult) -> list[Block]:
    if len(found.zones) > ZONES_SHOWN:
        return [Text(f"The {len(found.zones):,} zones stand in assessment.json, in the order of their files.")]
    rows = tuple(
        (row["purpose"], row["zone_id"], rounded(row["public_m2"]), with_range(_row(row, "in_view", "share")))
        for _, row in found.zones.iterrows()
    )
    title = "The zones as declared, in the order of their files"
    heads = ("Purpose", "Zone", "Public space, m²", "In view at any one moment")
    return [Table(title, heads, rows, (False, False, True, True))]


def _beside(found: PurposeResult) -> list[Block]:
    rows = tuple(
        (
            str(name),
            f"{row['serving_camera_count']:,}",
            _number(row, "overspill", "m2"),
            with_range(_row(row, "overspill", "share")),
            with_range(_row(row, "seen_overspill", "share")),
            FEW if np.isnan(row["overspill_dwelling_count"]) else f"{row['overspill_dwelling_count']:,.0f}",
        )
        for name, row in found.purposes.iterrows()
    )
    title = (
        "What the cameras that serve a purpose have in view outside its zones at any one moment. Open ground, sampled every 5 m; a home"
        " counts when somebody who stands before its façade would be in view at the lowest level"
    )
    heads = (
        "Purpose",
        "Cameras",
        "Outside, m², at its level",
        "Share of their view",
        "Share at the lowest level",
        "Homes",
    )
    facts = found.facts
    readers = (
        f" {counted(facts.plate_reader_count, 'plate reader')} are held to no purpose, since they watch vehicles."
        if facts.plate_reader_count
        else ""
    )
    count = len(found.camera_necessity)
    sentence = (
        f"{facts.unserving_count:,} of {counted(count, 'examined camera')} see nothing of any declared zone, in any draw: they serve"
        f" no declared purpose.{readers} What each camera has in view of each zone and beside it stands in assessment.json, under"
        " purposes."
    )
    table = Table(title, heads, rows, (False, True, True, True, True, True))
    return [table, Text(sentence), *_without_purpose(found)]


def needed_sentences(found: PurposeResult) -> tuple[str, ...]:
    """Return what is needed of the network, in sentences."""
    facts, ladder = found.facts, found.ladder
    least, count = ladder.loc["needed_only"], len(found.camera_necessity)
    low, high = least["camera_low_count"], least["camera_high_count"]
    sentences = [
        f"{_count_range(least['camera_count'], low, high)} of {counted(count, 'examined camera')} do for all declared purposes together,"
        f" as far as the whole network serves them ({counted(facts.solved_draws, 'draw')} solved).",
        _proof(found),
        f"{counted(facts.never_needed_count, 'camera')} are needed in no solved draw; for"
        f" {counted(facts.irreplaceable_count, 'camera')} no others make up in any.",
    ]
    if not facts.can_mask:
        sentences.append(
            f"Whether masks would spare homes without harm to the purposes: {CANNOT_TELL}; needs masks, and for them data that say"
            " which buildings are homes."
        )
    if not facts.has_hours:
        sentences.append(
            f"What shorter hours would spare: {CANNOT_TELL}; needs hours_operated and hours_needed of every purpose."
        )
    return tuple(sentences)


def _count_range(value: float, low: float, high: float) -> str:
    return f"{value:,.0f}" if low == high else f"{value:,.0f} ({low:,.0f} to {high:,.0f})"


def _proof(found: PurposeResult) -> str:
    least, facts = found.ladder.loc["needed_only"], found.facts
    if least["proven_share"] == 1.0:
        return (
            "In every draw it is proven that fewer do not; a greedy choice would take"
            f" {facts.greedy_count:,.1f} on average."
        )
    return (
        f"It is proven that fewer than {least['bound_count']:,.1f} on average do not: the gap is"
        f" {least['camera_count'] - least['bound_count']:,.1f} cameras; a greedy choice would take {facts.greedy_count:,.1f}."
    )


def _needed(found: PurposeResult, assessment: Assessment) -> list[Block]:
    blocks: list[Block] = [Text(" ".join(needed_sentences(found))), _ladder(found, assessment.viewing.ladder.names[0])]
    if "masked" in found.ladder.index:
        kept = _row(found.ladder.loc["masked"], "kept", "share")
        blocks.append(
            Text(
                f"With masks, the zone that loses most keeps {with_range(kept)} of what it must have in view; the cameras of that rung"
                " are the fewest that do as far as masked cameras can."
            )
        )
    blocks.append(_overlap(found))
    blocks.append(
        Caveat(
            "The ladder is an answer to one question of necessity: whether less would serve the declared purposes as far. It does not"
            " say whether the purposes are lawful or worth it, and zones, levels and shares are those of whoever declared them."
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
            FEW if np.isnan(row["dwelling_count"]) else _count_range(*row[["dwelling_count", "dwelling_low_count", "dwelling_high_count"]]),
            "not declared" if np.isnan(row["street_day_s"]) else f"{row['street_day_s'] / 3600.0:.1f}",
        )
        for name, row in ladder.iterrows()
    )  # fmt: skip
    data = Table(
        f"The ladder of lesser means, each rung with those before it; streets and homes that the cameras could look at, at {level}",
        ("Rung", "Cameras", "Street in view", "Homes", "Hours a day, a metre of street"),
        rows,
        (False, True, True, True, True),
    )
    svg = ladder_figure(
        [RUNG_NAMES[str(name)] for name in ladder.index],
        ladder[["street_share", "street_low_share", "street_high_share"]].to_numpy(dtype=float),
        [row[1] for row in rows],
        axis=f"share of counted street that they could look at, at {level}, %",
    )
    return Figure(
        "ladder",
        "How much less would be in view, with the purposes served as far?",
        svg,
        "Bars of the share of street in view, from the network as given down to the needed cameras with narrowed reach, masks and"
        " shorter hours; thin lines hold 90 % of the draws; beside each bar the number of cameras.",
        data,
    )


def _overlap(found: PurposeResult) -> Table:
    rows = tuple(
        (str(name), *(percent(row[f"seen_by_{many}_share"]) for many in ("one", "two", "three", "more")))
        for name, row in found.purposes.iterrows()
    )
    return Table(
        "By how many cameras at a time what is in view of the zones is seen: mean of the draws",
        ("Purpose", "One", "Two", "Three", "Four or more"),
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
    title = (
        f"The {len(rows)} of {counted(len(table), 'camera')} with a purpose that are needed least often, those with most view outside the"
        " zones first. All cameras stand in assessment.json, under purposes"
    )
    heads = (
        "Camera",
        "Needed in, of draws",
        "Irreplaceable in",
        "Lost without it, m² of zones",
        "Outside the zones, m²",
    )
    return [Table(title, heads, rows, (False, True, True, True, True)), Text(_open_bearings())]


def _open_bearings() -> str:
    return (
        "Where the list does not say where a camera points, every draw lets it point elsewhere: it may be needed in one draw and not in"
        " the next. A camera that is needed in few draws is one of which too little is known, or one of several that do as well."
    )


def _without_purpose(found: PurposeResult) -> list[Block]:
    """Return the cameras that serve no declared purpose."""
    names = found.camera_necessity.index[~found.camera_necessity["serves_a_purpose"]]
    if names.empty:
        return []
    shown = names[:CAMERAS_SHOWN]
    title = f"{len(shown)} of {counted(len(names), 'camera')} that serve no declared purpose, in the order of the list"
    return [Table(title, ("Camera",), tuple((str(name),) for name in shown), (False,))]


def _sampling(found: PurposeResult) -> str:
    """Return how far sampling may be off: by the standard error of as many points strewn at random, which is more than a grid's."""
    parts = [
        f"{name}, {rounded(row['public_m2'] / row['spacing_m'] ** 2)} points {row['spacing_m']:g} m apart,"
        f" ±{100.0 * 0.5 / np.sqrt(max(row['public_m2'] / row['spacing_m'] ** 2, 1.0)):.1f} percentage points"
        for name, row in found.purposes.iterrows()
    ]
    return f"Zones are sampled on a grid, and shares of them carry a standard error of at most: {'; '.join(parts)}."
