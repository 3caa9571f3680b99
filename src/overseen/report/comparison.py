"""The report on a comparison: what changes from A to B, each difference with its range and its denominators."""

from __future__ import annotations

from importlib.metadata import version

import numpy as np
import pandas as pd

from overseen.assessment.camera_matching import ALIKE_SHARE, MOVED_M, TURNED_DEG
from overseen.assessment.comparison import PlanComparison
from overseen.assessment.sides import COMPARED, Side
from overseen.report.comparison_figures import EDGES, change_map, difference_figure
from overseen.report.differences import BASIS_WORDS, CHANGE_WORDS, difference_words, value_words
from overseen.report.document import Block, Caveat, Command, Document, Figure, KeyNumber, Points, Section, Table, Text
from overseen.report.method import REFUSALS
from overseen.report.words import at_levels, counted, kilometres, rounded

TOP_SHOWN = 12
CAMERAS_SHOWN = 40
STREETS_SHOWN = 20

SUBJECT_ORDER = (
    "streets",
    "public_space",
    "people",
    "places",
    "squares",
    "private_space",
    "trips",
    "drives",
    "cameras",
)

PAIRED = (
    "Both were assessed here, in one town and with one seed. A camera that is in both has the same draws of what is not known in"
    " both, so each difference is taken within each draw, and its range holds 90 % of those differences: what is not known about"
    " both alike does not blur what changes."
)
WIDER = (
    "Of these two only intervals are known, not how they go together, since {why}. A difference is then held between the farthest"
    " ends that the two intervals allow. That is wider than the truth: where it holds zero a difference may still be there, and is"
    " not told."
)


def comparison_document(found: PlanComparison, command: str) -> Document:
    """Return the report on a comparison; ``command`` is what makes it again."""
    sections = (
        _top_section(found),
        *_map_section(found),
        _camera_section(found),
        *_finding_sections(found),
        _method_section(found),
        Section("again", "Run it again", (Text("The same inputs give the same bytes."), Command(command))),
        Section("refusals", "What overseen refuses", (Points(REFUSALS),)),
    )
    a, b = found.a, found.b
    return Document(
        f"{a.name} → {b.name}",
        a.city if a.city == b.city else f"{a.city} → {b.city}",
        "",
        comparison_answer(found),
        _key_numbers(found),
        sections,
        "; ".join(dict.fromkeys(filter(None, (a.credit, b.credit)))),
        version("overseen"),
        _warnings(found),
    )


def comparison_answer(found: PlanComparison) -> tuple[str, ...]:
    """Return what changes, sentence by sentence."""
    if found.is_same:
        return (f"A and B are one and the same: nothing changes in any of {counted(len(found.findings), 'number')}.",)
    return (_camera_sentence(found), *_headline_sentences(found), told_sentence(found))


def _camera_sentence(found: PlanComparison) -> str:
    cameras = found.cameras
    both, only_a, only_b = (cameras.count(presence) for presence in ("both", "only_a", "only_b"))
    sentence = (
        f"A, {found.a.name}, lists {counted(len(found.a.cameras), 'camera')}; B, {found.b.name},"
        f" {len(found.b.cameras):,}: {both:,} are in both, {only_a:,} only in A and {only_b:,} only in B."
    )
    if both:
        moved, changed = cameras.moved_count(), cameras.changed_count()
        sentence += f" Of the {both:,} in both, {moved:,} stand more than {MOVED_M:g} m elsewhere and {changed:,} are stated differently."
    return sentence


def headlines(found: PlanComparison) -> list[pd.Series]:
    """Return the findings that every comparison speaks of, those that are there."""
    noticed, finest = at_levels(found.a.levels)[0], at_levels(found.a.levels)[-1]
    table = found.findings
    subject = (
        "streets"
        if (table["subject"] == "streets").any() and _is_told(table, f"streets_reachable_{noticed}_share")
        else "public_space"
    )
    names = [
        f"{subject}_reachable_{noticed}_share",
        f"{subject}_at_once_{finest}_share",
        f"residents_reachable_{noticed}_share",
    ]
    return [table.loc[name] for name in names if name in table.index]


def _is_told(table: pd.DataFrame, name: str) -> bool:
    return name in table.index and bool(
        np.nanmax([table.loc[name, "a_denominator"], table.loc[name, "b_denominator"], 0.0]) > 0.0
    )


def _headline_sentences(found: PlanComparison) -> tuple[str, ...]:
    return tuple(difference_sentence(row) for row in headlines(found))


def difference_sentence(row: pd.Series) -> str:
    """Return a finding with its difference, in words."""
    meaning = str(row["meaning"])
    unit = str(row["unit"])
    values = f"{value_words(row['a_value'], unit)} in A, {value_words(row['b_value'], unit)} in B"
    if row["change"] == "cannot_tell":
        return f"{meaning}: {values}; the difference cannot be told: {BASIS_WORDS[str(row['basis'])]}."
    if row["change"] == "unchanged":
        return f"{meaning}: the same in A and in B, {value_words(row['a_value'], unit)}{_denominators(row)}."
    words = f"{meaning}: {difference_words(row)}, from {values}{_denominators(row)}"
    if row["change"] == "no_difference_told":
        return f"{words}: the range holds zero, so no difference is told."
    return f"{words}."


def _denominators(row: pd.Series) -> str:
    """Return what the values are parts of; both where they differ."""
    before, after, what = row["a_denominator"], row["b_denominator"], row["denominator_unit"]
    if not isinstance(what, str) or pd.isna(before) or pd.isna(after):
        return ""
    plain = what.split("(", maxsplit=1)[0].strip()
    first, second = (
        f"{value:,.0f}" if value >= 100.0 or float(value).is_integer() else rounded(value) for value in (before, after)
    )
    return f", of {first} {plain}" if first == second else f", of {first} in A and {second} in B {plain}"


def told_sentence(found: PlanComparison) -> str:
    """Return how many numbers rise, fall, stay, or are not told."""
    counts = found.findings["change"].value_counts()
    rises, falls, same, open_, odd = (int(counts.get(name, 0)) for name in CHANGE_WORDS)
    return (
        f"Of {counted(len(found.findings), 'number')}, {rises:,} are greater in B and {falls:,} smaller, {same:,} are the same; of"
        f" {open_:,} no difference is told, since the range holds zero, and {odd:,} cannot be compared."
    )


def _key_numbers(found: PlanComparison) -> tuple[KeyNumber, ...]:
    cameras = found.cameras
    numbers = [
        KeyNumber(
            f"{cameras.count('both'):,}",
            f"{cameras.count('only_a'):,} only in A, {cameras.count('only_b'):,} only in B",
            "cameras in both lists",
        )
    ]
    for row in headlines(found):
        value, _, beside = difference_words(row).partition(" (")
        numbers.append(KeyNumber(value, beside.rstrip(")") or CHANGE_WORDS[str(row["change"])], str(row["meaning"])))
    return tuple(numbers)


def _warnings(found: PlanComparison) -> tuple[Caveat, ...]:
    table = found.findings
    warnings = []
    if (table["basis"] == "bounds").any() and not found.is_paired:
        warnings.append(Caveat(WIDER.format(why=_why_not_paired(found.a, found.b))))
    if found.a.city != found.b.city:
        warnings.append(
            Caveat(
                f"A is of {found.a.city}, B of {found.b.city}: differences are between two places or two maps of one as much as between"
                " two networks. Denominators stand beside every number."
            )
        )
    if "upper" in set(table["a_bound"].dropna()) | set(table["b_bound"].dropna()):
        warnings.append(
            Caveat(
                "The map lacks buildings in a part of the town: values there are upper bounds, and a difference of two of them is"
                " neither an upper nor a lower bound."
            )
        )
    return tuple(warnings)


def _why_not_paired(a: Side, b: Side) -> str:
    if not a.pairing or not b.pairing:
        return "a finished run keeps no draws"
    return "the two differ in the town, the way of seeing, the number of draws or the seed"


def _top_rows(found: PlanComparison) -> pd.DataFrame:
    """Return the differences that are told, the greatest beside their own size first, each subject's before its next."""
    table = found.findings
    level = at_levels(found.a.levels)[0]
    told = table[table["change"].isin(["rises", "falls"]) & (table["level"].isna() | (table["level"] == level))]
    told = told[~told["subject"].isin(["buildings", "completeness", "phases"])]
    size = told["value"].abs() / told[["a_value", "b_value"]].abs().max(axis=1).replace(0.0, np.nan)
    told = told.assign(size=size).sort_values("size", ascending=False, kind="stable")
    turn = told.groupby("subject").cumcount()
    rank = told["subject"].map(lambda name: SUBJECT_ORDER.index(name) if name in SUBJECT_ORDER else len(SUBJECT_ORDER))
    return told.assign(turn=turn, rank=rank).sort_values(["turn", "rank"], kind="stable").head(TOP_SHOWN)


def _top_section(found: PlanComparison) -> Section:
    top = _top_rows(found)
    if top.empty:
        reason = "A and B are one and the same." if found.is_same else "No difference is told from what is not known."
        return Section("changes", "What changes", (Text(reason),))
    blocks: list[Block] = [
        difference_table("Differences that are told, the greatest of each subject first; B − A", top)
    ]
    level = at_levels(found.a.levels)[0]
    shares = found.findings[
        (found.findings["unit"] == "share")
        & (found.findings["level"] == level)
        & (found.findings["basis"] != "not_comparable")
        & found.findings["subject"].isin(SUBJECT_ORDER)
        & ~found.findings.index.str.contains("mapped|gini|borne")
    ]
    if not shares.empty:
        blocks.append(_difference_figure(shares.head(TOP_SHOWN)))
    return Section("changes", "What changes", tuple(blocks))


def _difference_figure(shares: pd.DataFrame) -> Figure:
    names = [str(name).replace("_share", "").replace("_", " ") for name in shares.index]
    svg = difference_figure(
        names, shares[["value", "low", "high"]].to_numpy(dtype=float), axis="B − A, percentage points"
    )
    description = "A mark per share with its range; to the right of the line there is more of it in B."
    return Figure(
        "differences",
        "Which shares differ, and how surely?",
        svg,
        description,
        difference_table("The same in numbers", shares),
    )


def difference_table(title: str, rows: pd.DataFrame) -> Table:
    """Return rows of table ``comparison``, both values and the difference beside each other."""
    return Table(
        title,
        ("What", "A", "B", "B − A", "Part of, A → B", "Told"),
        tuple(
            (
                str(row["meaning"]),
                value_words(row["a_value"], str(row["unit"])),
                value_words(row["b_value"], str(row["unit"])),
                difference_words(row),
                _denominators(row).removeprefix(", of ") or "–",
                CHANGE_WORDS[str(row["change"])],
            )
            for _, row in rows.iterrows()
        ),
        (False, True, True, True, False, False),
    )


def _finding_sections(found: PlanComparison) -> tuple[Section, ...]:
    """Return every number at the level of noticing and at the finest; the rest stands in comparison.csv."""
    levels = at_levels(found.a.levels)
    table = found.findings[found.findings["level"].isna() | found.findings["level"].isin(levels)]
    blocks: list[Block] = [
        Text(
            f"Numbers at {' and '.join(levels)}, and those without a level. All {len(found.findings):,} stand in comparison.csv."
        )
    ]
    blocks += [
        difference_table(str(subject).replace("_", " "), rows) for subject, rows in table.groupby("subject", sort=False)
    ]
    return (Section("numbers", "Every number, side by side", tuple(blocks)),)


def _map_section(found: PlanComparison) -> tuple[Section, ...]:
    streets, city = found.streets, found.b.map_city or found.a.map_city
    if streets is None or streets.empty:
        return ()
    level = found.level
    change_m = streets["difference_share"] * streets["length_m"]
    more, less = (
        streets[is_one] for is_one in (streets["difference_share"] > EDGES[0], streets["difference_share"] < -EDGES[0])
    )
    blocks: list[Block] = [
        Text(
            f"Of {kilometres(float(streets['length_m'].sum()))} of counted street, {kilometres(float(more['length_m'].sum()))} lie in"
            f" streets of which cameras could look at more in B, and {kilometres(float(less['length_m'].sum()))} in streets of which"
            f" they could look at less, by over a point of their length, at {level}: the mean of the draws, whose ranges are those"
            " of the totals, not of any one street."
        )
    ]
    order = change_m.abs().sort_values(ascending=False, kind="stable").index[:STREETS_SHOWN]
    data = Table(
        "Pieces of street that change most",
        ("Street", "Length, m", "Share in view, B − A, points", "Metres in view, B − A"),
        tuple(
            (str(row["name"] or "no name"), rounded(row["length_m"]), f"{100.0 * row['difference_share']:+.1f}", f"{change_m[name]:+.1f}")
            for name, row in streets.loc[order].iterrows()
            if row["difference_share"] != 0.0
        ),
        (False, True, True, True),
    )  # fmt: skip
    if city is None:
        return (Section("map", "Where it changes", (*blocks, data)),)
    svg = change_map(city, streets, found.cameras.table.to_crs(city.buildings.crs))
    description = "Streets of which more is in view in B are drawn solid, those of which less is dashed, thicker the more it changes."
    return (
        Section(
            "map",
            "Where it changes",
            (*blocks, Figure("map", "Where does what is in view change?", svg, description, data)),
        ),
    )


def _camera_section(found: PlanComparison) -> Section:
    cameras, table = found.cameras, found.cameras.table
    listed_a, listed_b = len(found.a.cameras), len(found.b.cameras)
    both = cameras.count("both")
    rows = [
        ("in both lists", both, f"{listed_a:,} in A, {listed_b:,} in B"),
        ("only in A", cameras.count("only_a"), f"{listed_a:,} in A"),
        ("only in B", cameras.count("only_b"), f"{listed_b:,} in B"),
        ("matched by identifier", int((table["matched_by"] == "id").sum()), f"{both:,} in both"),
        ("matched by place", int((table["matched_by"] == "position").sum()), f"{both:,} in both"),
        (
            f"matched by place with another camera within {cameras.tolerance_m:g} m",
            cameras.ambiguous_count(),
            f"{both:,} in both",
        ),
        (f"standing more than {MOVED_M:g} m elsewhere in B", cameras.moved_count(), f"{both:,} in both"),
        *[
            (f"with another {name.replace('_', ' ')} in B", count, f"{both:,} in both")
            for name in COMPARED
            if (count := cameras.changed_count(name))
        ],
        (
            "in use past the day until which they were to be, in A",
            int(table["is_past_end_a"].sum()),
            f"{listed_a:,} in A",
        ),
        (
            "in use past the day until which they were to be, in B",
            int(table["is_past_end_b"].sum()),
            f"{listed_b:,} in B",
        ),
    ]
    counts = Table(
        "The two lists, one to one",
        ("Cameras", "Count", "Of"),
        tuple((words, f"{count:,}", of) for words, count, of in rows),
        (False, True, False),
    )
    blocks: list[Block] = [Text(_matching_words(found)), counts]
    for title, chosen in (
        ("Cameras only in B", table["presence"] == "only_b"),
        ("Cameras only in A", table["presence"] == "only_a"),
        ("Cameras that moved or are stated differently", (table["moved_m"] > MOVED_M) | (table["changed"] != "")),
        ("Cameras in use past the day until which they were to be", table["is_past_end_a"] | table["is_past_end_b"]),
    ):
        if chosen.any():
            blocks.append(_camera_table(title, table[chosen]))
    return Section("cameras", "The cameras: in both, added, gone, moved, changed", tuple(blocks))


def _camera_table(title: str, rows: pd.DataFrame) -> Table:
    more = (
        f" (the first {CAMERAS_SHOWN} of {len(rows):,}; all stand in cameras_matched.csv)"
        if len(rows) > CAMERAS_SHOWN
        else ""
    )
    return Table(
        f"{title}{more}",
        ("In A", "In B", "Apart, m", "Stated differently"),
        tuple(
            (
                "–" if pd.isna(row["camera_id_a"]) else str(row["camera_id_a"]),
                "–" if pd.isna(row["camera_id_b"]) else str(row["camera_id_b"]),
                "–" if pd.isna(row["moved_m"]) else rounded(row["moved_m"]),
                row["before_after"] or "–",
            )
            for _, row in rows.head(CAMERAS_SHOWN).iterrows()
        ),
        (False, False, True, False),
    )


def _matching_words(found: PlanComparison) -> str:
    cameras = found.cameras
    if cameras.is_one_numbering:
        first = (
            f"{counted(cameras.shared_ids, 'identifier')} stand in both lists and name the same cameras, since at least"
            f" {ALIKE_SHARE:.0%} of them stand within {cameras.tolerance_m:g} m: these are matched by it, however far they moved."
        )
    elif cameras.shared_ids:
        first = (
            f"{counted(cameras.shared_ids, 'identifier')} stand in both lists, but most of them name cameras farther than"
            f" {cameras.tolerance_m:g} m apart: they are two numberings, and only places are compared."
        )
    else:
        first = "The lists share no identifier: only places are compared."
    return (
        f"{first} The rest are paired one to one within {cameras.tolerance_m:g} m, so that the pairs are nearest together. A camera with"
        " another of the other list within that distance may be paired with it by chance; these are counted. What one list leaves open is no change; a bearing changes"
        f" by more than {TURNED_DEG:g}°, a date by what both state of it."
    )


def _method_section(found: PlanComparison) -> Section:
    basis = found.findings["basis"].value_counts()
    rows = tuple((words, f"{int(basis.get(name, 0)):,}") for name, words in BASIS_WORDS.items() if basis.get(name, 0))
    words = PAIRED if found.is_paired else WIDER.format(why=_why_not_paired(found.a, found.b))
    return Section(
        "method",
        "How it was compared",
        (
            Text(words),
            Table(
                f"Whence the ranges of the {len(found.findings):,} differences",
                ("Range", "Numbers"),
                rows,
                (False, True),
            ),
            Text(
                "A difference is B − A, of shares in percentage points. More or less is told where the whole range lies on one side of"
                " zero. Compared the other way round every difference is its own negative; a plan compared with itself differs in"
                " nothing. How each number was found is told in the report on A and on B."
            ),
        ),
    )
