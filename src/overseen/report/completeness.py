"""What the report says where something is missing: buildings on the map, cameras in the list."""

from __future__ import annotations

import pandas as pd

from overseen.assessment.findings import Assessment
from overseen.assessment.undercount import ASSUMPTIONS, Estimate, Undercount
from overseen.exposure.drawn_streets import PLATE_READER
from overseen.report.document import Block, Caveat, Points, Section, Table, Text
from overseen.report.ground import ground_warnings
from overseen.report.words import NOT_COMPUTED, counted, kilometres, percent, rounded, with_range
from overseen.sources.packs import get_pack

AREAS_SHOWN = 12

ALL = 0.995
"""A share from here on rounds to all of it."""

UNKNOWN_SHARE = "a share that cannot be told"


def _share(assessment: Assessment, status: str) -> float:
    """Return the share of street length in cells of a status."""
    name = f"streets_buildings_{status}_share"
    return float(assessment.findings.loc[name, "value"]) if name in assessment.findings.index else 0.0


def is_upper_bound(assessment: Assessment) -> bool:
    """Return whether so much street lacks its buildings that the whole answer must be worded as an upper bound."""
    return _share(assessment, "missing") > get_pack("completeness", "buildings")["headline_share"]


def in_view(assessment: Assessment, row: pd.Series | None) -> str:
    """Return a share in view with its interval, worded as the bound that it is; all of it is never a finding then."""
    return at_most(row) if row is not None and is_upper_bound(assessment) else with_range(row)


def at_most(row: pd.Series) -> str:
    r"""Return an upper bound of a share; that all of it is in view is said of nothing that lacks its obstacles.

    Examples
    --------
    >>> at_most(pd.Series({"value": 0.54, "low": 0.36, "high": 0.68}))
    'at most 54\xa0% (36 to 68\xa0%)'
    >>> at_most(pd.Series({"value": 1.0, "low": 1.0, "high": 1.0}))
    'a share that cannot be told'
    """
    words = with_range(row)
    if row["value"] >= ALL:
        return UNKNOWN_SHARE
    return words if words.startswith("under") else f"at most {words}"


def bounded(assessment: Assessment, row: pd.Series, words: str) -> str:
    """Return a number in words, as the upper bound that it is where so much street lacks its buildings."""
    return f"at most {words}" if row["bound"] == "upper" and is_upper_bound(assessment) else words


def share_in_view(assessment: Assessment, row: pd.Series | None) -> str:
    """Return a share with its interval, worded as the bound that the finding is."""
    return in_view(assessment, row) if row is not None and row["bound"] == "upper" else with_range(row)


def lacking_sentence(assessment: Assessment, what: str) -> list[str]:
    """Return that some of what a section speaks of lies where the map lacks buildings; nothing where all is worded so anyway."""
    missing = _share(assessment, "missing")
    if is_upper_bound(assessment) or missing < get_pack("completeness", "buildings")["mention_share"]:
        return []
    return [
        f"{percent(missing, width=0.01)} of all counted street lies where the map lacks buildings: {what} there are upper bounds, and so"
        " are the numbers here that hold them."
    ]


def warnings(assessment: Assessment) -> tuple[Caveat, ...]:
    """Return what must stand before everything else."""
    if assessment.city.streets.empty:
        return (*ground_warnings(assessment), *_reader_warning(assessment))
    return (*_missing_warning(assessment), *_reader_warning(assessment))


def _reader_warning(assessment: Assessment) -> tuple[Caveat, ...]:
    """Return what levels of detail mean where most of the list reads number plates."""
    uses = assessment.cameras["use"]
    readers = int((uses == PLATE_READER).sum())
    if readers < 0.5 * len(uses) or not readers:
        return ()
    which = f"All {readers:,}" if readers == len(uses) else f"{readers:,} of the {len(uses):,}"
    return (
        Caveat(
            f"{which} cameras listed read number plates. They are set on vehicles: the levels of detail say how closely their lenses"
            " could show a person who stands there, not what they keep. Trips on foot do not count them."
        ),
    )


def _missing_warning(assessment: Assessment) -> tuple[Caveat, ...]:
    if not is_upper_bound(assessment):
        return ()
    missing, doubtful = _share(assessment, "missing"), _share(assessment, "doubtful")
    total_m = _street_m(assessment)
    if assessment.city.buildings.empty:
        fault = "The map holds no building at all."
    else:
        also = f", and {kilometres(doubtful * total_m)} more where they may be" if doubtful * total_m >= 1.0 else ""
        fault = (
            f"Buildings are missing on this map. Of the {kilometres(total_m)} of street that is counted,"
            f" {kilometres(missing * total_m)} ({percent(missing)}) lie where buildings are plainly missing{also}."
        )
    return (
        Caveat(
            f"{fault} A building that is not on the map hides nothing, so every figure of what is in view is an upper bound, with"
            " both ends of its range, and full view of a place there is no finding. A map with its buildings gives smaller figures."
        ),
    )


def _street_m(assessment: Assessment) -> float:
    return float(assessment.completeness["street_length_m"].sum())


def split_sentence(assessment: Assessment, level: str) -> str | None:
    """Return what part of the street lacks its buildings, and what is in view there and elsewhere; None if hardly any does."""
    missing = _share(assessment, "missing")
    if missing < get_pack("completeness", "buildings")["mention_share"]:
        return None
    total_m = _street_m(assessment)
    there, elsewhere = (
        _found(assessment, f"streets_reachable_{level}_{part}_share") for part in ("unmapped", "mapped")
    )
    part = f"{kilometres(missing * total_m)} ({percent(missing)})"
    lacking = (
        f"All {kilometres(total_m)} of street lie"
        if missing >= ALL
        else f"Of the {kilometres(total_m)} of street, {part} lie"
    )
    start = f"{lacking} where the map lacks buildings"
    if there is None or there["value"] >= ALL:
        there_words = "nothing on the map hides anything there, so no figure is given for it"
    elif there["high"] == 0.0:
        there_words = f"no camera could look at any of it, at {level}"
    else:
        there_words = f"what is in view there is an upper bound, {at_most(there)} at {level}"
    rest = (
        ""
        if elsewhere is None
        else f"; on the other {kilometres(elsewhere['denominator'])} it is {with_range(elsewhere)}"
    )
    return f"{start}: {there_words}{rest}."


def _found(assessment: Assessment, name: str) -> pd.Series | None:
    return assessment.findings.loc[name] if name in assessment.findings.index else None


def list_clause(assessment: Assessment) -> str:
    """Return what the count of cameras is, as the end of a sentence."""
    if assessment.plan.is_list_complete:
        return "they speak of the cameras listed, which the plan declares to be all there are"
    listed = counted(len(assessment.cameras), "camera")
    return f"they speak of the cameras listed: there are at least {listed}, and those that nobody listed come on top"


STATUS_WORDS = {
    "complete": "the map has its buildings",
    "doubtful": "the map may lack buildings",
    "missing": "buildings missing: views are upper bounds",
    "not_judged": "no ground to judge by: parks, paths, open country",
}


def completeness_section(assessment: Assessment) -> Section:
    """Return the section on where the map lacks buildings."""
    cells, total_m = assessment.completeness, _street_m(assessment)
    rules = get_pack("completeness", "buildings")
    by_status = (
        cells.groupby("status")["street_length_m"].agg(["sum", "size"]).reindex(list(STATUS_WORDS), fill_value=0)
    )
    statuses = Table(
        f"Street by whether the map has the buildings around it, in squares of {rules['cell_m']:g} m",
        ("The map there", "Street, km", "Share", "Squares"),
        tuple(
            (
                STATUS_WORDS[str(status)],
                rounded(row["sum"] / 1e3),
                percent(row["sum"] / max(total_m, 1.0)),
                f"{row['size']:,.0f}",
            )
            for status, row in by_status.iterrows()
        ),
        (False, True, True, True),
    )
    blocks: list[Block] = [Text(_how_judged(rules)), statuses]
    lacking = cells[cells["status"] == "missing"].sort_values(["street_length_m", "cell_id"], ascending=[False, True])
    if len(lacking):
        blocks.append(_area_table(lacking))
    return Section("buildings", "Where the map has its buildings", tuple(blocks))


def _how_judged(rules: dict[str, dict[str, float]]) -> str:
    streets, land, places = rules["streets"], rules["land"], rules["places"]
    return (
        "A building that nobody mapped hides nothing, so what is in view there is an upper bound. Three things tell, square by"
        f" square: what share of the sides of residential streets has a building within {streets['depth_m']:g} m (missing below"
        f" {percent(streets['missing'])}, doubtful below {percent(streets['doubtful'])}), what share of residential land is built on"
        f" (below {percent(land['missing'])}, {percent(land['doubtful'])}), and what share of shops and the like lies in a building"
        f" (below {percent(places['missing'])}, {percent(places['doubtful'])}). Parks, water, rail and motorways count for nothing."
        " How often this errs on maps with known gaps is told in docs/completeness.md of the project."
    )


def _area_table(lacking: pd.DataFrame) -> Table:
    rest = len(lacking) - AREAS_SHOWN
    more = f"; {rest:,} more stand in completeness.parquet" if rest > 0 else ""
    return Table(
        f"Buildings missing here: views are upper bounds. The squares with most street{more}",
        (
            "Around",
            "Street, km",
            "Sides with a building",
            "Residential land built on",
            "Shops and the like in a building",
        ),
        tuple(
            (
                f"no named street, at {cell_id}" if pd.isna(row["street_names"]) else row["street_names"],
                rounded(row["street_length_m"] / 1e3),
                _or_open(row["walled_side_share"]),
                _or_open(row["built_share"]),
                _or_open(row["housed_place_share"]),
            )
            for cell_id, row in lacking.head(AREAS_SHOWN).iterrows()
        ),
        (False, True, True, True, True),
    )


def _or_open(share: float) -> str:
    return "too little to judge by" if pd.isna(share) else percent(share, width=0.01)


def undercount_sentence(assessment: Assessment) -> str | None:
    """Return what a second list tells of the cameras that nobody listed; None without one."""
    found = assessment.undercount
    if found is None:
        return None
    start = (
        f"A second list ({found.second_file}) of {counted(found.second_count, 'camera')} shares {found.matched_count:,} with the"
        f" {found.first_count:,} of this one"
    )
    if found.estimate is None:
        return f"{start}; no number of cameras that nobody listed can be told from that. {found.refusal}"
    doubt = " What speaks against that in these lists is told below." if found.doubts else ""
    return (
        f"{start}. If they were made independently, there are {_numbers(found.estimate)} cameras of the kinds that both lists would"
        f" record, against {found.distinct_count:,} in either.{doubt}"
    )


def _numbers(estimate: Estimate) -> str:
    return f"{estimate.count:,.0f} ({estimate.low:,.0f} to {estimate.high:,.0f})"


def undercount_section(found: Undercount) -> Section:
    """Return the section on cameras that neither of two lists has."""
    outside = (
        f" {counted(found.outside_count, 'entry', 'entries')} out of use or outside the study boundary"
        f" {'was' if found.outside_count == 1 else 'were'} left out."
        if found.outside_count
        else ""
    )
    intro = Text(
        f"The plan's list has {counted(found.first_count, 'camera')}, {found.second_file} {found.second_count:,}; {found.matched_count:,}"
        f" are taken to be the same, one to one, at most {found.tolerance_m:g} m apart, {found.identical_count:,} of them at one and"
        f" the same spot. Together they hold {found.distinct_count:,}.{outside} The estimate is of cameras of the kinds that both lists"
        " would record (Chapman's estimator; 95 % interval, log-normal in the number that neither has). It rests on this:"
    )
    blocks: list[Block] = [intro, Points(ASSUMPTIONS), *[Caveat(doubt) for doubt in found.doubts]]
    if found.estimate is None:
        blocks.append(Caveat(found.refusal))
    else:
        blocks.append(_variant_table(found, found.estimate))
    return Section("undercount", "How many cameras neither list has", tuple(blocks))


def _variant_table(found: Undercount, estimate: Estimate) -> Table:
    cases = [
        ("as assumed", found.matched_count, estimate),
        *[(v.words, v.matched_count, v.estimate) for v in found.variants],
    ]
    return Table(
        "The estimate, and what becomes of it if an assumption is not met",
        ("Case", "Matched", "Cameras in all", "95 % interval", "In neither list"),
        tuple(
            (
                words,
                f"{matched:,}",
                NOT_COMPUTED if case is None else f"{case.count:,.0f}",
                NOT_COMPUTED if case is None else f"{case.low:,.0f} to {case.high:,.0f}",
                NOT_COMPUTED
                if case is None
                else f"{case.count - found.first_count - found.second_count + matched:,.0f}",
            )
            for words, matched, case in cases
        ),
        (False, True, True, True, True),
    )
