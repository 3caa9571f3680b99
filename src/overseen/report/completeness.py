"""What the report says where something is missing: buildings on the map, cameras in the list."""

from __future__ import annotations

import pandas as pd

from overseen.assessment.findings import Assessment
from overseen.assessment.undercount import ASSUMPTIONS, Estimate, Undercount
from overseen.exposure.drawn_streets import PLATE_READER
from overseen.model.wording import later, say
from overseen.report.document import Block, Caveat, Points, Section, Table, Text
from overseen.report.ground import ground_warnings
from overseen.report.words import NOT_COMPUTED, counted, kilometres, percent, rounded, with_range
from overseen.sources.packs import get_pack

AREAS_SHOWN = 12

ALL = 0.995
"""A share from here on rounds to all of it."""

UNKNOWN_SHARE = later("a share that cannot be told")


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
        return say(UNKNOWN_SHARE)
    return words if words.startswith("under") else say("at most {words}", words=words)


def bounded(assessment: Assessment, row: pd.Series, words: str) -> str:
    """Return a number in words, as the upper bound that it is where so much street lacks its buildings."""
    return say("at most {words}", words=words) if row["bound"] == "upper" and is_upper_bound(assessment) else words


def share_in_view(assessment: Assessment, row: pd.Series | None) -> str:
    """Return a share with its interval, worded as the bound that the finding is."""
    return in_view(assessment, row) if row is not None and row["bound"] == "upper" else with_range(row)


def lacking_sentence(assessment: Assessment, what: str) -> list[str]:
    """Return that some of what a section speaks of lies where the map lacks buildings; nothing where all is worded so anyway."""
    missing = _share(assessment, "missing")
    if is_upper_bound(assessment) or missing < get_pack("completeness", "buildings")["mention_share"]:
        return []
    return [
        say(
            "{missing} of all counted street lies where the map lacks buildings: {what} there are upper bounds,"
            " and so are the numbers here that hold them.",
            missing=percent(missing, width=0.01),
            what=what,
        )
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
    which = (
        say("All {readers:,}", readers=readers)
        if readers == len(uses)
        else say("{readers:,} of the {uses:,}", readers=readers, uses=len(uses))
    )
    return (
        Caveat(
            say(
                "{which} cameras listed read number plates. They are set on vehicles: the levels of detail say how"
                " closely their lenses could show a person who stands there, not what they keep. Trips on foot do"
                " not count them.",
                which=which,
            )
        ),
    )


def _missing_warning(assessment: Assessment) -> tuple[Caveat, ...]:
    if not is_upper_bound(assessment):
        return ()
    missing, doubtful = _share(assessment, "missing"), _share(assessment, "doubtful")
    total_m = _street_m(assessment)
    if assessment.city.buildings.empty:
        fault = say("The map holds no building at all.")
    else:
        also = (
            say(", and {doubtful} more where they may be", doubtful=kilometres(doubtful * total_m))
            if doubtful * total_m >= 1.0
            else ""
        )
        fault = say(
            "Buildings are missing on this map. Of the {total_m} of street that is counted, {missing}"
            " ({missing_2}) lie where buildings are plainly missing{also}.",
            total_m=kilometres(total_m),
            missing=kilometres(missing * total_m),
            missing_2=percent(missing),
            also=also,
        )
    return (
        Caveat(
            say(
                "{fault} A building that is not on the map hides nothing, so every figure of what is in view is an"
                " upper bound, with both ends of its range, and full view of a place there is no finding. A map with"
                " its buildings gives smaller figures.",
                fault=fault,
            )
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
        say("All {total_m} of street lie", total_m=kilometres(total_m))
        if missing >= ALL
        else say("Of the {total_m} of street, {part} lie", total_m=kilometres(total_m), part=part)
    )
    start = say("{lacking} where the map lacks buildings", lacking=lacking)
    if there is None or there["value"] >= ALL:
        there_words = say("nothing on the map hides anything there, so no figure is given for it")
    elif there["high"] == 0.0:
        there_words = say("no camera could look at any of it, at {level}", level=level)
    else:
        there_words = say(
            "what is in view there is an upper bound, {at_most} at {level}", at_most=at_most(there), level=level
        )
    rest = (
        ""
        if elsewhere is None
        else say(
            "; on the other {denominator} it is {elsewhere}",
            denominator=kilometres(elsewhere["denominator"]),
            elsewhere=with_range(elsewhere),
        )
    )
    return f"{start}: {there_words}{rest}."


def _found(assessment: Assessment, name: str) -> pd.Series | None:
    return assessment.findings.loc[name] if name in assessment.findings.index else None


def list_clause(assessment: Assessment) -> str:
    """Return what the count of cameras is, as the end of a sentence."""
    if assessment.plan.is_list_complete:
        return say("they speak of the cameras listed, which the plan declares to be all there are")
    listed = counted(len(assessment.cameras), "camera")
    return say(
        "they speak of the cameras listed: there are at least {listed}, and those that nobody listed come on top",
        listed=listed,
    )


STATUS_WORDS = {
    "complete": later("the map has its buildings"),
    "doubtful": later("the map may lack buildings"),
    "missing": later("buildings missing: views are upper bounds"),
    "not_judged": later("no ground to judge by: parks, paths, open country"),
}


def completeness_section(assessment: Assessment) -> Section:
    """Return the section on where the map lacks buildings."""
    cells, total_m = assessment.completeness, _street_m(assessment)
    rules = get_pack("completeness", "buildings")
    by_status = (
        cells.groupby("status")["street_length_m"].agg(["sum", "size"]).reindex(list(STATUS_WORDS), fill_value=0)
    )
    statuses = Table(
        say(
            "Street by whether the map has the buildings around it, in squares of {cell_m:g} m", cell_m=rules["cell_m"]
        ),
        (say("The map there"), say("Street, km"), say("Share"), say("Squares")),
        tuple(
            (
                STATUS_WORDS[str(status)],
                rounded(row["sum"] / 1e3),
                percent(row["sum"] / max(total_m, 1.0)),
                say("{size:,.0f}", size=row["size"]),
            )
            for status, row in by_status.iterrows()
        ),
        (False, True, True, True),
    )
    blocks: list[Block] = [Text(_how_judged(rules)), statuses]
    lacking = cells[cells["status"] == "missing"].sort_values(["street_length_m", "cell_id"], ascending=[False, True])
    if len(lacking):
        blocks.append(_area_table(lacking))
    return Section("buildings", say("Where the map has its buildings"), tuple(blocks))


def _how_judged(rules: dict[str, dict[str, float]]) -> str:
    streets, land, places = rules["streets"], rules["land"], rules["places"]
    return say(
        "A building that nobody mapped hides nothing, so what is in view there is an upper bound. Three"
        " things tell, square by square: what share of the sides of residential streets has a building"
        " within {depth_m:g} m (missing below {missing}, doubtful below {doubtful}), what share of"
        " residential land is built on (below {missing_2}, {doubtful_2}), and what share of shops and the"
        " like lies in a building (below {missing_3}, {doubtful_3}). Parks, water, rail and motorways count"
        " for nothing. How often this errs on maps with known gaps is told in docs/completeness.md of the"
        " project.",
        depth_m=streets["depth_m"],
        missing=percent(streets["missing"]),
        doubtful=percent(streets["doubtful"]),
        missing_2=percent(land["missing"]),
        doubtful_2=percent(land["doubtful"]),
        missing_3=percent(places["missing"]),
        doubtful_3=percent(places["doubtful"]),
    )


def _area_table(lacking: pd.DataFrame) -> Table:
    rest = len(lacking) - AREAS_SHOWN
    more = say("; {rest:,} more stand in completeness.parquet", rest=rest) if rest > 0 else ""
    return Table(
        say("Buildings missing here: views are upper bounds. The squares with most street{more}", more=more),
        (
            say("Around"),
            say("Street, km"),
            say("Sides with a building"),
            say("Residential land built on"),
            say("Shops and the like in a building"),
        ),
        tuple(
            (
                say("no named street, at {cell_id}", cell_id=cell_id)
                if pd.isna(row["street_names"])
                else row["street_names"],
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
    return say("too little to judge by") if pd.isna(share) else percent(share, width=0.01)


def undercount_sentence(assessment: Assessment) -> str | None:
    """Return what a second list tells of the cameras that nobody listed; None without one."""
    found = assessment.undercount
    if found is None:
        return None
    start = say(
        "A second list ({second_file}) of {camera} shares {matched_count:,} with the {first_count:,} of this one",
        second_file=found.second_file,
        camera=counted(found.second_count, "camera"),
        matched_count=found.matched_count,
        first_count=found.first_count,
    )
    if found.estimate is None:
        return say(
            "{start}; no number of cameras that nobody listed can be told from that. {refusal}",
            start=start,
            refusal=found.refusal,
        )
    doubt = say(" What speaks against that in these lists is told below.") if found.doubts else ""
    return say(
        "{start}. If they were made independently, there are {numbers} cameras of the kinds that both lists"
        " would record, against {distinct_count:,} in either.{doubt}",
        start=start,
        numbers=_numbers(found.estimate),
        distinct_count=found.distinct_count,
        doubt=doubt,
    )


def _numbers(estimate: Estimate) -> str:
    return say("{count:,.0f} ({low:,.0f} to {high:,.0f})", count=estimate.count, low=estimate.low, high=estimate.high)


def undercount_section(found: Undercount) -> Section:
    """Return the section on cameras that neither of two lists has."""
    outside = (
        say(
            " {entries} out of use or outside the study boundary {value} left out.",
            entries=counted(found.outside_count, "entry", "entries"),
            value=say("was") if found.outside_count == 1 else say("were"),
        )
        if found.outside_count
        else ""
    )
    intro = Text(
        say(
            "The plan's list has {camera}, {second_file} {second_count:,}; {matched_count:,} are taken to be the"
            " same, one to one, at most {tolerance_m:g} m apart, {identical_count:,} of them at one and the same"
            " spot. Together they hold {distinct_count:,}.{outside} The estimate is of cameras of the kinds that"
            " both lists would record (Chapman's estimator; 95 % interval, log-normal in the number that neither"
            " has). It rests on this:",
            camera=counted(found.first_count, "camera"),
            second_file=found.second_file,
            second_count=found.second_count,
            matched_count=found.matched_count,
            tolerance_m=found.tolerance_m,
            identical_count=found.identical_count,
            distinct_count=found.distinct_count,
            outside=outside,
        )
    )
    blocks: list[Block] = [intro, Points(ASSUMPTIONS), *[Caveat(doubt) for doubt in found.doubts]]
    if found.estimate is None:
        blocks.append(Caveat(found.refusal))
    else:
        blocks.append(_variant_table(found, found.estimate))
    return Section("undercount", say("How many cameras neither list has"), tuple(blocks))


def _variant_table(found: Undercount, estimate: Estimate) -> Table:
    cases = [
        (say("as assumed"), found.matched_count, estimate),
        *[(v.words, v.matched_count, v.estimate) for v in found.variants],
    ]
    return Table(
        say("The estimate, and what becomes of it if an assumption is not met"),
        (say("Case"), say("Matched"), say("Cameras in all"), say("95 % interval"), say("In neither list")),
        tuple(
            (
                words,
                say("{matched:,}", matched=matched),
                say(NOT_COMPUTED) if case is None else say("{count:,.0f}", count=case.count),
                say(NOT_COMPUTED) if case is None else say("{low:,.0f} to {high:,.0f}", low=case.low, high=case.high),
                say(NOT_COMPUTED)
                if case is None
                else say("{count:,.0f}", count=case.count - found.first_count - found.second_count + matched),
            )
            for words, matched, case in cases
        ),
        (False, True, True, True, True),
    )
