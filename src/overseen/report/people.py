"""What the report says of areas and residents: every sentence made from the findings, or why there is none."""

from __future__ import annotations

import re
import textwrap

import numpy as np
import pandas as pd

from overseen.assessment.findings import Assessment
from overseen.exposure.areas import GRID_M
from overseen.exposure.disparity import FEWEST_CONTROLS, FEWEST_RESIDENTS
from overseen.exposure.groups import REST
from overseen.exposure.people import watched_level
from overseen.model.wording import commas, later, say
from overseen.report.completeness import at_most, is_upper_bound, lacking_sentence, share_in_view
from overseen.report.document import Block, Caveat, Figure, Points, Section, Table, Text
from overseen.report.people_figures import distribution_figure, ratio_figure
from overseen.report.words import counted, kilometres, percent, percent_range, rounded, share_between, with_range

AREAS_SHOWN = 15
CANNOT_TELL = later("Cannot tell")


def people_section(assessment: Assessment) -> Section:
    """Return the section on areas and residents."""
    blocks = (*_resident_blocks(assessment), *_group_blocks(assessment), *_area_blocks(assessment))
    return Section("people", say("Whom it exposes, by area and group"), blocks)


def _level(assessment: Assessment) -> str:
    return assessment.viewing.ladder.names[watched_level(assessment.viewing)]


def _resident_blocks(assessment: Assessment) -> tuple[Block, ...]:
    level = _level(assessment)
    counted_row = assessment.findings.loc["residents_counted_count"]
    if not counted_row["value"]:
        return (
            Text(
                say(
                    "{cannot_tell} how many residents it exposes: {why_nobody}.",
                    cannot_tell=CANNOT_TELL,
                    why_nobody=_why_nobody(assessment),
                )
            ),
        )
    share = assessment.findings.loc[f"residents_reachable_{level}_share"]
    at_once = assessment.findings.loc[f"residents_at_once_{level}_share"]
    text = say(
        "Around the home of a resident, on average over {value:,.0f} of the {denominator:,.0f} residents"
        " inside the boundary, cameras could have in view {value_2} of the open-air street that can be"
        " walked, closely enough to {level} someone; {value_3} is in such a view at any one moment. A"
        " resident's exposure is that of the area in which they are counted: the numbers describe areas, not"
        " persons.",
        value=counted_row["value"],
        denominator=counted_row["denominator"],
        value_2=share_in_view(assessment, share),
        level=level,
        value_3=share_in_view(assessment, at_once),
    )
    lacking = lacking_sentence(assessment, say("views of streets"))
    blocks: list[Block] = [Text(" ".join([text, *_left_out(assessment), *lacking]))]
    if is_upper_bound(assessment):
        blocks.append(
            Caveat(
                say(
                    "Buildings are missing on this map: every view, and with it every mean and share below, is an upper bound. A ratio"
                    " of two such means is no bound of any kind: groups may live where the map lacks more of its buildings or fewer."
                )
            )
        )
    return (*blocks, _distribution(assessment))


def _why_nobody(assessment: Assessment) -> str:
    basis = assessment.people_basis
    if basis.is_grid:
        return say("the data do not say where people live")
    reasons = commas(say("{reason}: {count:,}", reason=reason, count=count) for reason, count, _ in basis.left_out)
    return say("no area can be counted ({reasons})", reasons=reasons)


def _left_out(assessment: Assessment) -> list[str]:
    return [
        say(
            "{area} with about {resident} inside the boundary {value} left out: {reason}.",
            area=counted(areas, "area"),
            resident=counted(round(number), "resident"),
            value=say("is") if areas == 1 else say("are"),
            reason=reason,
        )
        for reason, areas, number in assessment.people_basis.left_out
    ]


def _distribution(assessment: Assessment) -> Figure:
    level, table = _level(assessment), assessment.residents
    exposed = table[["exposed_share", "exposed_low_share", "exposed_high_share"]].to_numpy()
    share = assessment.findings.loc[f"residents_reachable_{level}_share"]
    gini = assessment.findings.loc[f"residents_reachable_{level}_gini"]
    borne = assessment.findings.loc[f"residents_reachable_{level}_borne_share"]
    rows = tuple(
        (
            percent(place),
            percent(row["exposed_share"], width=0.01),
            percent_range(row["exposed_low_share"], row["exposed_high_share"]),
            percent(row["borne_share"]),
            percent_range(row["borne_low_share"], row["borne_high_share"]),
        )
        for place, row in table.iloc[9::10].iterrows()
    )
    data = Table(
        say(
            "Street in view around the home of the resident at each place, at {level}, the least exposed first",
            level=level,
        ),
        (say("Residents up to"), say("Street in view"), say("Range"), say("Part of all exposure borne"), say("Range")),
        rows,
        (True,) * 5,
    )
    description = say(
        "The most exposed tenth of residents bears {borne} of all exposure; the Gini coefficient is"
        " {value:.2f} ({low:.2f} to {high:.2f}), where 0 is the same for everybody and 1 all for one."
        " Residents of one area share an exposure, so the true spread is wider than this.",
        borne=with_range(borne),
        value=gini["value"],
        low=gini["low"],
        high=gini["high"],
    )
    svg = distribution_figure(
        table.index.to_numpy(dtype=float),
        exposed,
        mean=float(share["value"]),
        axis=say("street in view, %, at {level}", level=level),
    )
    return Figure("residents", say("How unevenly is exposure spread over residents?"), svg, description, data)


def _group_blocks(assessment: Assessment) -> tuple[Block, ...]:
    if assessment.groups.empty:
        reason = (
            say("nobody's residence is counted")
            if not assessment.findings.loc["residents_counted_count", "value"]
            else say("the data do not tell residents apart")
        )
        return (
            Text(
                say(
                    "{cannot_tell} whether groups of residents differ: {reason}.",
                    cannot_tell=CANNOT_TELL,
                    reason=reason,
                )
            ),
        )
    table = assessment.groups
    shown = table[
        (table["view"] == "reachable") & (table["level"] == _level(assessment)) & (table["compared_with"] == REST)
    ]
    blocks: list[Block] = [Text(_how_compared(assessment))]
    for group, rows in shown.groupby("group", sort=True):
        blocks += [Points(tuple(group_sentences(rows))), _ratios(str(group), rows, _level(assessment))]
    return tuple(blocks)


def _how_compared(assessment: Assessment) -> str:
    basis = assessment.people_basis
    register = (
        say("The camera list is declared a complete register, so both ratios are stated.")
        if basis.is_complete
        else say(
            "The camera list is not known to be complete, and a map is denser where mappers are: a difference is stated only if it"
            " survives the comparison within larger areas."
        )
    )
    return say(
        "Each category is compared with all other residents: over the whole city, and within {controls}"
        " ({larger_area}). Neighbours share their cameras, so the intervals (95 %) come from drawing whole"
        " larger areas again, each time with another draw of what is not known of the cameras; with fewer"
        " than {fewest_controls} of them nothing is told. The more categories are compared, the more of them"
        " seem to differ by chance, so probabilities are adjusted for their number (Benjamini and Hochberg):"
        " an interval that leaves out 1 may still not be told from chance. {register} {mapping_words}",
        controls=basis.controls,
        larger_area=counted(basis.control_count, "larger area"),
        fewest_controls=FEWEST_CONTROLS,
        register=register,
        mapping_words=_mapping_words(assessment),
    )


def _mapping_words(assessment: Assessment) -> str:
    basis = assessment.people_basis
    if basis.furniture_count is None:
        return say(
            "Other street furniture that the same volunteers map is not at hand, so the mapping itself could not be tested."
        )
    if basis.mapping_correlation is None or basis.mapping_chance is None:
        return say(
            "{furniture_count:,} pieces of other mapped street furniture are at hand, too few larger areas to test it.",
            furniture_count=basis.furniture_count,
        )
    dense = say("are") if basis.mapping_chance < 0.05 and basis.mapping_correlation > 0 else say("are not clearly")
    return say(
        "Cameras {dense} denser where {furniture_count:,} pieces of other mapped street furniture are (rank"
        " correlation over larger areas {mapping_correlation:.2f}, by chance with probability"
        " {mapping_chance:.2f}).",
        dense=dense,
        furniture_count=basis.furniture_count,
        mapping_correlation=basis.mapping_correlation,
        mapping_chance=basis.mapping_chance,
    )


NAMED_AT_MOST = 4
"""Categories of which nothing is told are named in a sentence up to so many; the table names them all."""


def group_sentences(rows: pd.DataFrame) -> list[str]:
    """Return what may be said of one group's categories: a sentence each where something is stated, withheld or cannot be told."""
    said = [_stated(row) for _, row in rows[rows["verdict"] == "stated"].iterrows()]
    said += [
        say(
            "{category}: a difference is not stated, since {reason}.",
            category=_category(row["category"]),
            reason=row["reason"],
        )
        for _, row in rows[rows["verdict"] == "withheld"].iterrows()
    ]
    quiet = rows[rows["verdict"] == "not_told"]
    if len(quiet) > NAMED_AT_MOST:
        said.append(
            say("{quiet} of {rows} categories: no difference is told from chance.", quiet=len(quiet), rows=len(rows))
        )
    elif len(quiet):
        said.append(
            say("{category}: no difference is told from chance.", category=commas(map(_category, quiet["category"])))
        )
    for reason, alike in rows[rows["verdict"] == "cannot_tell"].groupby("reason", sort=True):
        said.append(
            say(
                "{cannot_tell} of {category}: {reason}.",
                cannot_tell=CANNOT_TELL,
                category=commas(map(_category, alike["category"])),
                reason=reason,
            )
        )
    return said


def _category(name: object) -> str:
    """Return a category as a reader finds it: a column's name with spaces between its words."""
    return re.sub(r"(?<=[^\W\d_])_(?=[^\W\d_])", " ", str(name))


def _stated(row: pd.Series) -> str:
    more = "more" if row["raw_ratio"] > 1.0 else "less"
    return say(
        "{category}: residents live with {more} street in view around them than {compared_with}: {ratio}"
        " over the whole city, {ratio_2} within larger areas; {reason}.",
        category=_category(row["category"]),
        more=more,
        compared_with=row["compared_with"],
        ratio=_ratio(row, "raw"),
        ratio_2=_ratio(row, "within"),
        reason=row["reason"],
    )


def _ratio(row: pd.Series, stem: str) -> str:
    values = [row[f"{stem}_ratio"], row[f"{stem}_low_ratio"], row[f"{stem}_high_ratio"]]
    if not np.isfinite(values).all():
        return say("cannot tell")
    return say(
        "{values:.2f} times ({values_2:.2f} to {values_3:.2f})",
        values=values[0],
        values_2=values[1],
        values_3=values[2],
    )


def _ratios(group: str, rows: pd.DataFrame, level: str) -> Figure:
    words = {
        "stated": "stated",
        "withheld": "withheld",
        "not_told": say("none told"),
        "cannot_tell": say("cannot tell"),
    }
    data = Table(
        say("Street in view around the homes of each category, at {level}, against all other residents", level=level),
        (
            say("Category"),
            say("Residents"),
            say("Street in view"),
            say("Of the others"),
            say("Ratio, whole city"),
            say("Ratio, within larger areas"),
            say("Verdict"),
        ),
        tuple(
            (
                _category(row["category"]),
                residents_shown(row["resident_count"]),
                *(_share(row, stem) for stem in ("exposed", "other")),
                *(_ratio(row, stem) for stem in ("raw", "within")),
                words[row["verdict"]],
            )
            for _, row in rows.iterrows()
        ),
        (False, True, True, True, True, True, False),
    )
    names = ["\n".join(textwrap.wrap(_category(name), 34)) for name in rows["category"]]
    raw, within = (
        rows[[f"{stem}_ratio", f"{stem}_low_ratio", f"{stem}_high_ratio"]].to_numpy() for stem in ("raw", "within")
    )
    svg = ratio_figure(
        names, raw, within, axis=say("times the street in view of all other residents (scale of equal factors)")
    )
    description = say(
        "Dots with 95 % intervals: hollow squares over the whole city, filled dots within larger areas. An interval that holds 1"
        " does not tell the two sides apart."
    )
    label = group.replace("_", " ")
    return Figure(f"groups-{group}", say("Do residents differ by {label}?", label=label), svg, description, data)


def residents_shown(count: float) -> str:
    """Return a number of residents of a category as it may be published."""
    return (
        say("fewer than {fewest_residents}", fewest_residents=FEWEST_RESIDENTS)
        if count < FEWEST_RESIDENTS
        else say("{count:,.0f}", count=count)
    )


def _share(row: pd.Series, stem: str) -> str:
    mean, low, high = (row[f"{stem}{part}_share"] for part in ("", "_low", "_high"))
    if not np.isfinite(mean):
        return say("cannot tell")
    return share_between(mean, low, high)


def _area_blocks(assessment: Assessment) -> tuple[Block, ...]:
    level, areas = _level(assessment), assessment.areas
    mean = f"reachable_{level}_length_m"
    top = areas[areas[mean] > 0.0].sort_values([mean, "length_m"], ascending=False, kind="stable").head(AREAS_SHOWN)
    what = say("squares of {grid_m:g} m", grid_m=GRID_M) if assessment.people_basis.is_grid else "areas"
    if top.empty:
        return (Text(say("No street of any of the {areas:,} {what} is in view.", areas=len(areas), what=what)),)
    rows = tuple((str(row["name"] or name), *_area_cells(row, level)) for name, row in top.iterrows())
    heads = (
        say("Area"),
        say("Residents"),
        say("Street"),
        say("In view"),
        say("Buildings missing"),
        say("Cameras"),
        say("Per km"),
        say("Without overlap"),
        say("Seen by 2 or more"),
    )
    # What is known of no area takes no room.
    is_lacking = bool((areas["buildings_missing_share"] > 0.0).any())
    apart = {*([1] if assessment.people_basis.is_grid else []), *([] if is_lacking else [4])}
    kept = [place for place in range(len(heads)) if place not in apart]
    table = Table(
        say(
            "The {rows} of {areas:,} {what} with most street that cameras could look at, at {level}",
            rows=len(rows),
            areas=len(areas),
            what=what,
            level=level,
        ),
        tuple(heads[place] for place in kept),
        tuple(tuple(row[place] for place in kept) for row in rows),
        (False, *(True,) * (len(kept) - 1)),
        is_detail=assessment.people_basis.is_grid,
    )
    text = say(
        "Streets are cut where they cross the border of an area. A camera counts in the area in which it"
        " stands. Without overlap: how many average cameras, if none saw what another sees, would see the"
        " ground that is in view in the area, at the lowest level. The last column is the part of that"
        " ground which two or more cameras could look at.",
    )
    parts = [text, *_lacking_areas(areas), say("All areas stand in areas.parquet.")]
    if assessment.people_basis.is_grid:
        parts.insert(0, say("The data name no areas, so a grid of squares stands for them."))
    return (table, Text(" ".join(parts)))


def _lacking_areas(areas: pd.DataFrame) -> list[str]:
    """Return in how many areas the map lacks buildings, and what that makes of their numbers; nothing where it lacks none."""
    count = int((areas["buildings_missing_share"] > 0.0).sum())
    if count == 0:
        return []
    return [
        say(
            "Buildings missing: the share of the street that lies where the map lacks its buildings; what is in view in such"
            " an area is an upper bound, in {count:,} of all {areas:,}.",
            count=count,
            areas=len(areas),
        )
    ]


def _street_in_view(row: pd.Series, shares: list[float]) -> str:
    if row["buildings_missing_share"] > 0.0:
        return at_most(pd.Series(dict(zip(("value", "low", "high"), shares, strict=True))))
    return share_between(*shares)


def _area_cells(row: pd.Series, level: str) -> tuple[str, ...]:
    shares = [row[f"reachable_{level}_length{part}_m"] / row["length_m"] for part in ("", "_low", "_high")]
    ground = [row[f"seen_by_{number}_m2"] for number in range(1, 6)]
    return (
        row["residents"],
        kilometres(row["length_m"]),
        _street_in_view(row, shares),
        percent(row["buildings_missing_share"]),
        say("{camera_count:,}", camera_count=row["camera_count"]),
        rounded(row["camera_per_km"], digits=2),
        rounded(row["effective_camera_count"], digits=2),
        percent(sum(ground[1:]) / sum(ground)) if sum(ground) else "–",
    )
