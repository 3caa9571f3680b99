"""The numbers on purposes and necessity that a report may publish, each with its interval and its denominator."""

from __future__ import annotations

import pandas as pd

from overseen.assessment.headline import VIEW_WORDS, FindingRows, in_view
from overseen.assessment.purpose_result import PurposeResult
from overseen.model.schema import interval_columns
from overseen.model.viewing import Viewing

SUBJECT = "purposes"

RUNG_WORDS = {
    "as_given": "as the network is given",
    "needed_only": "with the needed cameras only",
    "reach_narrowed": "with the needed cameras only, their reach narrowed to the level of the purpose",
    "masked": "with the cameras needed once homes are masked, their reach narrowed",
    "hours_shortened": "with the same and running only for the hours needed",
}


def purpose_findings(result: PurposeResult, viewing: Viewing) -> pd.DataFrame:
    """Return rows of table ``findings`` on purposes, numbered in the order of the plan, and on what they need."""
    rows = FindingRows()
    for number, (name, row) in enumerate(result.purposes.iterrows(), start=1):
        _add_purpose(rows, f"purpose_{number}", str(name), row, viewing)
    _add_necessity(rows, result, viewing)
    return rows.table()


def _drawn(row: pd.Series, stem: str, suffix: str) -> dict[str, float]:
    columns = interval_columns(stem, suffix)
    return dict(zip(("value", "low", "high"), (float(row[column]) for column in columns), strict=True))


def _add_purpose(rows: FindingRows, stem: str, name: str, row: pd.Series, viewing: Viewing) -> None:
    level, lowest = str(row["level"]), viewing.ladder.names[0]
    area = float(row["public_m2"])
    zones = f"m2 of public space in the zones of {name!r}, sampled every {row['spacing_m']:g} m"
    rows.add(f"{stem}_in_view_share", SUBJECT, in_view(f"Share of the zones of {name!r}", "at_once", level), unit="share",
             view="at_once", level=level, denominator=area, denominator_unit=zones, **_drawn(row, "in_view", "share"))  # fmt: skip
    rows.add(f"{stem}_shortfall_share", SUBJECT, f"What {name!r} lacks of the {row['required_share']:.0%} that it asks for, over all its zones together",
             unit="share", view="at_once", level=level, denominator=area, denominator_unit=zones, **_drawn(row, "shortfall", "share"))  # fmt: skip
    rows.add(f"{stem}_reached_share", SUBJECT, f"Share of the draws in which every zone of {name!r} reaches what it asks for",
             unit="share", view="at_once", level=level, value=float(row["reached_share"]),
             denominator=float(viewing.draws), denominator_unit="draws")  # fmt: skip
    for part, at in (("overspill", level), ("seen_overspill", lowest)):
        view = "m2 that those cameras have in view in all, sampled every 5 m"
        total = _in_all(row, part)
        rows.add(f"{stem}_{part}_area_m2", SUBJECT, in_view(f"View of the cameras that serve {name!r} outside its zones", "at_once", at), unit="m2", view="at_once", level=at,
                 denominator=total, denominator_unit=view, **_drawn(row, part, "m2"))  # fmt: skip
        rows.add(f"{stem}_{part}_share", SUBJECT, in_view(f"Share of the view of the cameras that serve {name!r} outside its zones", "at_once", at), unit="share", view="at_once", level=at,
                 denominator=total, denominator_unit=view, **_drawn(row, part, "share"))  # fmt: skip


def _in_all(row: pd.Series, part: str) -> float:
    """Return the view in all of which what is outside is a part; nan where there is none."""
    share = float(row[f"{part}_share"])
    return float(row[f"{part}_m2"]) / share if share else float("nan")


def _add_necessity(rows: FindingRows, result: PurposeResult, viewing: Viewing) -> None:
    facts, examined = result.facts, len(result.camera_necessity)
    lowest = viewing.ladder.names[0]
    cameras = f"cameras examined; {facts.solved_draws} draws solved"
    rows.count("cameras_without_purpose_count", SUBJECT, "Examined cameras that see nothing of any declared zone in any draw",
               facts.unserving_count, of=examined, what="cameras examined")  # fmt: skip
    rows.count("cameras_irreplaceable_count", SUBJECT, "Cameras for which no others make up in any solved draw",
               facts.irreplaceable_count, of=examined, what=cameras)  # fmt: skip
    rows.count("cameras_never_needed_count", SUBJECT, "Cameras among the fewest that do in no solved draw",
               facts.never_needed_count, of=examined, what=cameras)  # fmt: skip
    street = f"m of open-air walkable street inside the boundary, sampled every 5 m; {facts.solved_draws} draws solved"
    for rung, row in result.ladder.iterrows():
        how = RUNG_WORDS[str(rung)]
        rows.add(f"necessity_{rung}_camera_count", SUBJECT, f"Cameras, {how}", unit="count", denominator=float(examined),
                 denominator_unit=cameras, **_drawn(row, "camera", "count"))  # fmt: skip
        rows.add(f"necessity_{rung}_street_share", SUBJECT, f"Share of counted street {VIEW_WORDS['reachable']}, at {lowest}, {how}",
                 unit="share", view="reachable", level=lowest, denominator=facts.street_length_m, denominator_unit=street,
                 **_drawn(row, "street", "share"))  # fmt: skip
        if pd.notna(row["dwelling_count"]):
            rows.add(f"necessity_{rung}_dwelling_count", SUBJECT, f"Homes {VIEW_WORDS['reachable']}, at {lowest}, {how}",
                     unit="count", view="reachable", level=lowest, **_drawn(row, "dwelling", "count"))  # fmt: skip
    least = result.ladder.loc["needed_only"]
    rows.add("necessity_bound_count", SUBJECT, "Cameras below which no subset serves the purposes as far: proven", unit="count",
             denominator=float(examined), denominator_unit=cameras, **_drawn(least, "bound", "count"))  # fmt: skip
