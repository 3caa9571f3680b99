"""The report on a comparison: what changes from A to B, each difference with its range and its denominators."""

from __future__ import annotations

import re
from importlib.metadata import version

import numpy as np
import pandas as pd

from overseen.assessment.camera_matching import MOVED_M
from overseen.assessment.comparison import PlanComparison
from overseen.assessment.sides import Side
from overseen.model.wording import enumerated, later, retold, say
from overseen.report.comparison_cameras import camera_section
from overseen.report.comparison_figures import EDGES, change_map, difference_figure
from overseen.report.differences import BASIS_WORDS, CHANGE_WORDS, difference_words, value_words
from overseen.report.document import Block, Caveat, Command, Document, Figure, KeyNumber, Points, Section, Table, Text
from overseen.report.method import REFUSALS
from overseen.report.words import at_levels, counted, kilometres, rounded

TOP_SHOWN = 12
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

SUBJECTS = {
    "streets": later("Streets"),
    "public_space": later("Public space"),
    "people": later("Residents"),
    "places": later("Sensitive places"),
    "squares": later("Squares"),
    "private_space": later("Homes and private ground"),
    "trips": later("Trips"),
    "drives": later("Drives"),
    "traces": later("What sightings single out"),
    "cameras": later("The cameras"),
    "buildings": later("Buildings"),
    "completeness": later("Where the map has its buildings"),
    "control_room": later("Who watches"),
    "storage": later("What is recorded and kept"),
    "power": later("When the power fails"),
    "costs": later("What it costs"),
    "purposes": later("What the cameras are for"),
    "register": later("The register"),
    "rules": later("Rules"),
    "signs": later("Signs"),
    "phases": later("As it is rolled out"),
}
"""What each subject of a comparison is called for people."""

SHARES = {
    "streets": later("Streets"),
    "public_space": later("Public space"),
    "facades": later("Façades of dwellings"),
    "maybe_facades": later("Façades of what may be dwellings"),
    "trips": later("Trips"),
    "drives": later("Drives"),
    "squares": later("Squares"),
    "residents": later("Residents"),
}
"""What a share is of, by how its name begins."""

PAIRED = later(
    "Both were assessed here, in one town and with one seed. A camera that is in both has the same draws of what is not known in"
    " both, so each difference is taken within each draw, and its range holds 90 % of those differences: what is not known about"
    " both alike does not blur what changes."
)
WIDER = later(
    "Of these two only intervals are known, not how they go together, since {why}. A difference is then held between the farthest"
    " ends that the two intervals allow. That is wider than the truth: where it holds zero a difference may still be there, and is"
    " not told."
)


def comparison_document(found: PlanComparison, command: str) -> Document:
    """Return the report on a comparison; ``command`` is what makes it again."""
    sections = (
        _top_section(found),
        *_map_section(found),
        camera_section(found),
        *_finding_sections(found),
        _method_section(found),
        Section("again", say("Run it again"), (Text(say("The same inputs give the same bytes.")), Command(command))),
        Section("refusals", say("What overseen refuses"), (Points(REFUSALS),)),
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
        return (
            say(
                "A and B are one and the same: nothing changes in any of {number}.",
                number=counted(len(found.findings), "number"),
            ),
        )
    return (_camera_sentence(found), *_headline_sentences(found), told_sentence(found))


def _camera_sentence(found: PlanComparison) -> str:
    cameras = found.cameras
    both, only_a, only_b = (cameras.count(presence) for presence in ("both", "only_a", "only_b"))
    sentence = say(
        "A, {name}, lists {camera}; B, {name_2}, {cameras:,}: {both:,} are in both, {only_a:,} only in A and"
        " {only_b:,} only in B.",
        name=found.a.name,
        camera=counted(len(found.a.cameras), "camera"),
        name_2=found.b.name,
        cameras=len(found.b.cameras),
        both=both,
        only_a=only_a,
        only_b=only_b,
    )
    if both:
        moved, changed = cameras.moved_count(), cameras.changed_count()
        sentence += say(
            " Of the {both:,} in both, {moved:,} stand more than {moved_m:g} m elsewhere and {changed:,} are"
            " stated differently.",
            both=both,
            moved=moved,
            moved_m=MOVED_M,
            changed=changed,
        )
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
    meaning = retold(str(row["meaning"]))
    unit = str(row["unit"])
    values = say(
        "{value_words} in A, {value_words_2} in B",
        value_words=value_words(row["a_value"], unit),
        value_words_2=value_words(row["b_value"], unit),
    )
    if row["change"] == "cannot_tell":
        return say(
            "{meaning}: {values}; the difference cannot be told: {basis_words}.",
            meaning=meaning,
            values=values,
            basis_words=BASIS_WORDS[str(row["basis"])],
        )
    if row["change"] == "unchanged":
        return say(
            "{meaning}: the same in A and in B, {value_words}{denominators}.",
            meaning=meaning,
            value_words=value_words(row["a_value"], unit),
            denominators=_denominators(row),
        )
    words = say(
        "{meaning}: {difference_words}, from {values}{denominators}",
        meaning=meaning,
        difference_words=difference_words(row),
        values=values,
        denominators=_denominators(row),
    )
    if row["change"] == "no_difference_told":
        return say("{words}: the range holds zero, so no difference is told.", words=words)
    return f"{words}."


def _denominators(row: pd.Series) -> str:
    """Return what the values are parts of, as it stands in a sentence."""
    of = _part_of(row)
    return say(", of {of}", of=of) if of else ""


def _part_of(row: pd.Series) -> str:
    """Return what the values are parts of; both where they differ."""
    before, after, what = row["a_denominator"], row["b_denominator"], row["denominator_unit"]
    if not isinstance(what, str) or pd.isna(before) or pd.isna(after):
        return ""
    plain = re.sub(r"\bm2\b", "m²", retold(what.split("(", maxsplit=1)[0].strip()))
    first, second = (
        say("{value:,.0f}", value=value) if value >= 100.0 or float(value).is_integer() else rounded(value)
        for value in (before, after)
    )
    return (
        f"{first} {plain}"
        if first == second
        else say("{first} in A and {second} in B {plain}", first=first, second=second, plain=plain)
    )


def told_sentence(found: PlanComparison) -> str:
    """Return how many numbers rise, fall, stay, or are not told."""
    counts = found.findings["change"].value_counts()
    rises, falls, same, open_, odd = (int(counts.get(name, 0)) for name in CHANGE_WORDS)
    return say(
        "Of {number}, {rises:,} are greater in B and {falls:,} smaller, {same:,} are the same; of {open:,}"
        " no difference is told, since the range holds zero, and {odd:,} cannot be compared.",
        number=counted(len(found.findings), "number"),
        rises=rises,
        falls=falls,
        same=same,
        open=open_,
        odd=odd,
    )


def _key_numbers(found: PlanComparison) -> tuple[KeyNumber, ...]:
    cameras = found.cameras
    numbers = [
        KeyNumber(
            say("{count:,}", count=cameras.count("both")),
            say(
                "{count:,} only in A, {count_2:,} only in B",
                count=cameras.count("only_a"),
                count_2=cameras.count("only_b"),
            ),
            say("cameras in both lists"),
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
        warnings.append(Caveat(say(WIDER, why=_why_not_paired(found.a, found.b))))
    if found.a.city != found.b.city:
        warnings.append(
            Caveat(
                say(
                    "A is of {city}, B of {city_2}: differences are between two places or two maps of one as much as"
                    " between two networks. Denominators stand beside every number.",
                    city=found.a.city,
                    city_2=found.b.city,
                )
            )
        )
    if "upper" in set(table["a_bound"].dropna()) | set(table["b_bound"].dropna()):
        warnings.append(
            Caveat(
                say(
                    "The map lacks buildings in a part of the town: values there are upper bounds, and a difference of two of them is"
                    " neither an upper nor a lower bound."
                )
            )
        )
    return tuple(warnings)


def _why_not_paired(a: Side, b: Side) -> str:
    if not a.pairing or not b.pairing:
        return say("a finished run keeps no draws")
    return say("the two differ in the town, the way of seeing, the number of draws or the seed")


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
        reason = (
            say("A and B are one and the same.")
            if found.is_same
            else say("No difference is told from what is not known.")
        )
        return Section("changes", say("What changes"), (Text(reason),))
    blocks: list[Block] = [
        difference_table(say("Differences that are told, the greatest of each subject first; B − A"), top)
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
    return Section("changes", say("What changes"), tuple(blocks))


def _difference_figure(shares: pd.DataFrame) -> Figure:
    names = [_short_name(str(name)) for name in shares.index]
    svg = difference_figure(
        names, shares[["value", "low", "high"]].to_numpy(dtype=float), axis=say("B − A, percentage points")
    )
    description = say("A mark per share with its range; to the right of the line there is more of it in B.")
    return Figure(
        "differences",
        say("Which shares differ, and how surely?"),
        svg,
        description,
        difference_table(say("The same in numbers"), shares),
    )


def _short_name(name: str) -> str:
    """Return what a share is of and in which view; its name as it is where that tells neither."""
    of = next(
        (words for stem, words in SHARES.items() if re.match(rf"{stem}_(reachable|at_once|noticed)_", name)), None
    )
    if of is None:
        return name.removesuffix("_share").replace("_", " ")
    view = say("in view at any one moment") if "at_once" in name else say("could look at")
    return f"{say(of)}:\n{view}"


def difference_table(title: str, rows: pd.DataFrame) -> Table:
    """Return rows of table ``comparison``, both values and the difference beside each other."""
    return Table(
        title,
        (say("What"), "A", "B", "B − A", say("Part of, A → B"), say("Told")),
        tuple(
            (
                str(row["meaning"]),
                value_words(row["a_value"], str(row["unit"])),
                value_words(row["b_value"], str(row["unit"])),
                difference_words(row),
                _part_of(row) or "–",
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
            say(
                "Numbers at {levels}, and those without a level. All {findings:,} stand in comparison.csv.",
                levels=enumerated(map(say, levels)),
                findings=len(found.findings),
            )
        )
    ]
    blocks += [
        difference_table(_subject_words(str(subject)), rows) for subject, rows in table.groupby("subject", sort=False)
    ]
    return (Section("numbers", say("Every number, side by side"), tuple(blocks)),)


def _subject_words(subject: str) -> str:
    return say(SUBJECTS[subject]) if subject in SUBJECTS else subject.replace("_", " ")


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
            say(
                "Of {sum} of counted street, {sum_2} lie in streets of which cameras could look at more in B, and"
                " {sum_3} in streets of which they could look at less, by over a point of their length, at {level}:"
                " the mean of the draws, whose ranges are those of the totals, not of any one street.",
                sum=kilometres(float(streets["length_m"].sum())),
                sum_2=kilometres(float(more["length_m"].sum())),
                sum_3=kilometres(float(less["length_m"].sum())),
                level=level,
            )
        )
    ]
    order = change_m.abs().sort_values(ascending=False, kind="stable").index[:STREETS_SHOWN]
    data = Table(
        say("Pieces of street that change most"),
        (say("Street"), say("Length, m"), say("Share in view, B − A, points"), say("Metres in view, B − A")),
        tuple(
            (say("no name") if pd.isna(row["name"]) or not row["name"] else str(row["name"]), rounded(row["length_m"]), say("{difference_share:+.1f}", difference_share=100.0 * row['difference_share']), say("{change_m:+.1f}", change_m=change_m[name]))
            for name, row in streets.loc[order].iterrows()
            if row["difference_share"] != 0.0
        ),
        (False, True, True, True),
    )  # fmt: skip
    if city is None:
        return (Section("map", say("Where it changes"), (*blocks, data)),)
    svg = change_map(city, streets, found.cameras.table.to_crs(city.buildings.crs))
    description = say(
        "Streets of which more is in view in B are drawn solid, those of which less is dashed, thicker the more it changes."
    )
    return (
        Section(
            "map",
            say("Where it changes"),
            (*blocks, Figure("map", say("Where does what is in view change?"), svg, description, data)),
        ),
    )


def _method_section(found: PlanComparison) -> Section:
    basis = found.findings["basis"].value_counts()
    rows = tuple(
        (words, say("{get:,}", get=int(basis.get(name, 0))))
        for name, words in BASIS_WORDS.items()
        if basis.get(name, 0)
    )
    words = say(PAIRED) if found.is_paired else say(WIDER, why=_why_not_paired(found.a, found.b))
    return Section(
        "method",
        say("How it was compared"),
        (
            Text(words),
            Table(
                say("Whence the ranges of the {findings:,} differences", findings=len(found.findings)),
                (say("Range"), say("Numbers")),
                rows,
                (False, True),
            ),
            Text(
                say(
                    "A difference is B − A, of shares in percentage points. More or less is told where the whole range lies on one side of"
                    " zero. Compared the other way round every difference is its own negative; a plan compared with itself differs in"
                    " nothing. How each number was found is told in the report on A and on B."
                )
            ),
        ),
    )
