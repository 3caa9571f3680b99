"""The report's section on trips: what a walk through the city undergoes, and what a way round it costs."""

from __future__ import annotations

import numpy as np
import pandas as pd

from overseen.assessment.findings import Assessment
from overseen.exposure.trips import FEWEST_TRIPS
from overseen.model.wording import commas, retold, say, sentence
from overseen.report.completeness import bounded, lacking_sentence, share_in_view
from overseen.report.document import Block, Caveat, Figure, Section, Table, Text
from overseen.report.trip_figures import curve_figure, depth_figure, unicity_figure
from overseen.report.words import (
    NOT_COMPUTED,
    counted,
    number_between,
    percent,
    rounded,
    share_between,
    with_range,
)

AREAS_SHOWN = 15
CAMERAS_SHOWN = 8
PASSED = (1, 5, 10)


def trip_section(assessment: Assessment) -> Section:
    """Return the section on trips, or the reason why there is none."""
    result = assessment.trips
    if result.trips.empty:
        reason = (
            say("No trip was simulated: the plan asks for none.")
            if result.facts.asked_count == 0
            else say("Cannot tell: no two places to walk between are connected by the streets that the data hold.")
        )
        return Section("trips", say("On the way through the city"), (Text(reason),))
    blocks: list[Block] = [Text(_model_sentence(assessment)), Text(_exposure_sentence(assessment))]
    blocks += [_share_figure(assessment), _camera_figure(assessment), _measure_table(assessment)]
    blocks += [Text(_least_seen_sentence(assessment)), _price_figure(assessment), Text(_enclosed_sentence(assessment))]
    blocks += _area_blocks(assessment)
    blocks += _trace_blocks(assessment)
    if assessment.trips.facts.plate_reader_count:
        blocks.append(Text(_drive_sentence(assessment)))
    blocks.append(Caveat(_limits(assessment)))
    return Section("trips", say("On the way through the city"), tuple(blocks))


def _found(assessment: Assessment, name: str) -> pd.Series | None:
    return assessment.findings.loc[name] if name in assessment.findings.index else None


def _share(assessment: Assessment, name: str) -> str:
    return share_in_view(assessment, _found(assessment, name))


def _number(assessment: Assessment, name: str, unit: str = "") -> str:
    row = _found(assessment, name)
    if row is None:
        return say(NOT_COMPUTED)
    words = bounded(assessment, row, number_between(row["value"], row["low"], row["high"]))
    return say("{words}\N{NO-BREAK SPACE}{unit}", words=words, unit=unit) if unit else words


def _model_sentence(assessment: Assessment) -> str:
    result, facts = assessment.trips, assessment.trips.facts
    length = result.trips["length_m"]
    left = facts.too_long_count + facts.without_target_count
    dropped = (
        say(
            " A further {drawn_trip} found no place in reach, or one farther away than anyone is taken to walk.",
            drawn_trip=counted(left, "drawn trip"),
        )
        if left
        else ""
    )
    people = (
        say("Each stands for the residents among whom it was drawn, so means over trips are weighted by population.")
        if facts.is_by_residents
        else say("They do not stand for residents: cannot tell what those undergo.")
    )
    return say(
        "{trip} on foot were simulated. Origins were drawn {origins}; destinations {targets}. {people} A"
        " place draws less the farther it is, to 37\N{NO-BREAK SPACE}% at {decay_m:,.0f}\N{NO-BREAK SPACE}m; half of the trips"
        " are between {quantile} and {quantile_2}\N{NO-BREAK SPACE}m long on the shortest way.{dropped} No trip is a"
        " person's: the model is stated, seeded and in the data of this run.",
        trip=counted(len(result.trips), "trip"),
        origins=retold(facts.origins),
        targets=retold(facts.targets),
        people=people,
        decay_m=facts.decay_m,
        quantile=rounded(length.quantile(0.25), digits=2),
        quantile_2=rounded(length.quantile(0.75), digits=2),
        dropped=dropped,
    )


def _exposure_sentence(assessment: Assessment) -> str:
    passed = commas(
        say("{value} of trips pass {n} or more", value=_share(assessment, f"trips_passing_{n}_share"), n=n)
        for n in PASSED
    )
    return say(
        "On the shortest way, {trips_noticed_share} of the metres of trips could be looked at closely enough"
        " to notice someone, and {trips_finest_share} closely enough to tell who it is; at any one moment"
        " {trips_at_once_share} is in such a view that notices. A trip passes {trips_camera_count} cameras"
        " on average: {passed}. The longest run of whole streets in nobody's view is {m} at least, on"
        " average.",
        trips_noticed_share=_share(assessment, "trips_noticed_share"),
        trips_finest_share=_share(assessment, "trips_finest_share"),
        trips_at_once_share=_share(assessment, "trips_at_once_share"),
        trips_camera_count=_number(assessment, "trips_camera_count"),
        passed=passed,
        m=_number(assessment, "trips_unseen_run_m", "m"),
    )


def _curve(assessment: Assessment, name: str) -> pd.DataFrame:
    curves = assessment.trips.curves
    return curves[curves["curve"] == name]


def _curve_figure(
    assessment: Assessment, curve: str, *, places: list[str], head: str, question: str, axis: str, description: str
) -> Figure:
    rows = _curve(assessment, curve)
    values = rows[["trips_share", "trips_low_share", "trips_high_share"]].to_numpy()
    table = Table(
        say(
            "{question} Mean of the draws, and in brackets the range that holds 90\N{NO-BREAK SPACE}% of them",
            question=question,
        ),
        (head, say("Share of trips")),
        tuple((place, share_between(mean, low, high)) for place, (mean, low, high) in zip(places, values, strict=True)),
        (False, True),
    )
    return Figure(curve.replace("_", "-"), question, curve_figure(places, values, axis=axis), description, table)


def _share_figure(assessment: Assessment) -> Figure:
    rows = _curve(assessment, "share_in_view_at_least")
    return _curve_figure(
        assessment,
        "share_in_view_at_least",
        places=[percent(at) for at in rows["at"]],
        head=say("At least this much of the way"),
        question=say("How much of a trip could be looked at?"),
        axis=say("at least this share of the way, closely enough to notice someone"),
        description=say(
            "A falling curve: the share of trips of which at least so much could be looked at closely enough to notice"
            " someone. The band holds 90 % of the draws."
        ),
    )


def _camera_figure(assessment: Assessment) -> Figure:
    rows = _curve(assessment, "cameras_at_least")
    return _curve_figure(
        assessment,
        "cameras_at_least",
        places=[say("{at:.0f}", at=at) for at in rows["at"]],
        head=say("Cameras, at least"),
        question=say("How many cameras does a trip meet?"),
        axis=say("at least so many distinct cameras that could look at some of the way, at the lowest level"),
        description=say(
            "A falling curve: the share of trips on which at least so many distinct cameras could look at some of the"
            " way. The band holds 90 % of the draws."
        ),
    )


def _price_figure(assessment: Assessment) -> Figure:
    rows = _curve(assessment, "unseen_within_extra")
    places = [
        say("no longer") if at == 0.0 else say("any length") if np.isnan(at) else f"+{percent(at)}" for at in rows["at"]
    ]
    return _curve_figure(
        assessment,
        "unseen_within_extra",
        places=places,
        head=say("Extra length accepted"),
        question=say("How much longer must a trip be to be unseen?"),
        axis=say("extra length accepted, over the shortest way"),
        description=say(
            "A rising curve: the share of trips for which a way without a metre in view at the lowest level exists, by"
            " the extra length accepted. What is missing to 100 % at the right end has no such way at any length."
        ),
    )


def _measure_table(assessment: Assessment) -> Table:
    rows = (
        (say("could be looked at, at the lowest level"), "lowest"),
        (say("could be looked at closely enough to notice someone"), "noticed"),
        (say("could be looked at closely enough to tell who it is"), "finest"),
        (say("in view at any one moment, closely enough to notice someone"), "at_once"),
    )
    return Table(
        say("A trip on its shortest way, mean over all trips"),
        (say("The way"), say("Level"), say("Share of the metres"), say("Seconds of a trip")),
        tuple(
            (
                words,
                str(assessment.finding(f"trips_{name}_share")["level"]),
                _share(assessment, f"trips_{name}_share"),
                _number(assessment, f"trips_{name}_time_s"),
            )
            for words, name in rows
        ),
        (False, False, True, True),
    )


def _least_seen_sentence(assessment: Assessment) -> str:
    facts = assessment.trips.facts
    floor = _found(assessment, "trips_least_seen_floor_m")
    detour = _found(assessment, "trips_least_seen_detour_share")
    none, told = _share(assessment, "trips_no_unseen_way_share"), _share(assessment, "trips_no_unseen_told_way_share")
    assert floor is not None  # noqa: S101 - trips were simulated
    assert detour is not None  # noqa: S101
    return say(
        "Whoever walks up to {detour_share} farther can have fewer metres in view: {m} a trip instead of"
        " {m_2} at the lowest level, on ways that are {value} longer in all. This is a bound: the ways were"
        " sought on the mean over the draws by weighing length against metres in view, and no choice of ways"
        " within the detour gets below {value_2}\N{NO-BREAK SPACE}m. What lies under ground, indoors or beyond the"
        " boundary counts as unseen here. No way at all that is unseen at the lowest level, at any length,"
        " exists for {told} of trips on ways under the sky; were every way under ground or indoors unseen,"
        " it would still be {none}.",
        detour_share=percent(facts.detour_share),
        m=_number(assessment, "trips_least_seen_length_m", "m"),
        m_2=_number(assessment, "trips_shortest_length_m", "m"),
        value=percent(detour["value"]),
        value_2=rounded(floor["value"], digits=2),
        told=told,
        none=none,
    )


def _enclosed_sentence(assessment: Assessment) -> str:
    facts = assessment.trips.facts
    far = say("{cordon_m:g}\N{NO-BREAK SPACE}m", cordon_m=facts.cordon_m)
    parts = []
    homes, places = _found(assessment, "homes_enclosed_share"), _found(assessment, "places_enclosed_share")
    if homes is None:
        parts.append(say("Cannot tell who lives enclosed: the data give no buildings near the walking network."))
    else:
        noun = "homes" if facts.homes_told else "buildings"
        because = (
            "" if facts.homes_told else say(" The data do not tell which buildings are homes, so all are counted.")
        )
        parts.append(
            say(
                "From {value} of {denominator:,.0f} {noun} no unseen way leads {far} away.{because}",
                value=share_in_view(assessment, homes),
                denominator=homes["denominator"],
                noun=noun,
                far=far,
                because=because,
            )
        )
    if places is not None:
        parts.append(
            say(
                "So it is for {value} of {denominator:,.0f} places that people go to.",
                value=share_in_view(assessment, places),
                denominator=places["denominator"],
            )
        )
    return " ".join(parts)


def _area_blocks(assessment: Assessment) -> list[Block]:
    areas = assessment.trips.areas
    if areas.empty:
        return [
            Text(
                say(
                    "By area: cannot tell, for the data name no area in which {fewest_trips} simulated trips or more"
                    " begin.",
                    fewest_trips=FEWEST_TRIPS,
                )
            )
        ]
    shown = areas.sort_values(["noticed_share", "trip_count"], ascending=False, kind="stable").head(AREAS_SHOWN)

    def cell(row: pd.Series, stem: str) -> str:
        mean, low, high = (row[f"{stem}{part}_share"] for part in ("", "_low", "_high"))
        return say("cannot tell") if np.isnan(mean) else share_between(mean, low, high)

    named = assessment.city.areas["name"].dropna().to_dict()
    rows = tuple(
        (
            str(named.get(name, name)),
            say("{trip_count:,.0f}", trip_count=row["trip_count"]),
            cell(row, "noticed"),
            cell(row, "finest"),
            rounded(row["camera_count"], digits=2),
            cell(row, "homes_enclosed"),
        )
        for name, row in shown.iterrows()
    )
    table = Table(
        say(
            "Trips by the area in which they begin: the {rows} of {areas} areas with most metres in view; all"
            " are in assessment.json",
            rows=len(rows),
            areas=len(areas),
        ),
        (
            say("Area"),
            say("Trips"),
            say("Could be noticed"),
            say("Could be told who"),
            say("Cameras a trip"),
            say("Homes without an unseen way"),
        ),
        rows,
        (False, True, True, True, True, True),
    )
    return [table]


def _trace_blocks(assessment: Assessment) -> list[Block]:
    traces, facts = assessment.trips.traces, assessment.trips.facts
    sizes = sorted(traces["trip_count"].unique())
    known = sorted(traces["known_count"].unique())
    if not sizes or traces["single_share"].isna().all():
        return [Text(say("Traces: cannot tell, for no simulated trip is sighted."))]
    by = traces.set_index(["trip_count", "known_count"])
    rows = tuple(
        (
            say("{size:,}", size=size),
            *(
                say("none so often sighted")
                if np.isnan(by.loc[(size, k), "single_share"])
                else percent(by.loc[(size, k), "single_share"], width=0.1)
                for k in known
            ),
        )
        for size in sizes
    )
    table = Table(
        say(
            "Trips that no other simulated trip shares the known sightings with, among those sighted so often; mean of the draws"
        ),
        (say("Trips"), *(say("{k} known", k=k) for k in known)),
        rows,
        (True,) * (1 + len(known)),
    )
    svg = unicity_figure(
        known,
        [by.loc[size]["single_share"].reindex(known).to_numpy(dtype=float) for size in sizes],
        [say("{size:,} trips", size=size) for size in sizes],
    )
    largest = by.loc[sizes[-1]]
    four = largest.loc[4] if 4 in largest.index else largest.iloc[-1]
    sentence = say(
        "A sighting is a camera and the {bin_s:.0f} minutes in which it could look at the walker. Among"
        " {sizes:,} simulated trips, {able_share} are sighted four times or more, and four sightings picked"
        " by chance single out {single_share} of those. The more trips there are, the fewer stand out; how"
        " many are made in a day is not declared, so the number above is one reading. It tells how far the"
        " network could link its sightings, if it kept all of them; nobody is linked here. How often the"
        " same person comes back cannot be told from single trips.",
        bin_s=facts.bin_s / 60,
        sizes=sizes[-1],
        able_share=percent(four["able_share"]),
        single_share="none" if np.isnan(four["single_share"]) else percent(four["single_share"], width=0.1),
    )
    figure = Figure(
        "traces",
        say("How few sightings single out a trip?"),
        svg,
        say(
            "Rising curves, one for each number of trips: the share of trips that so many known sightings tell from all others."
        ),
        table,
    )
    return [Text(sentence), figure, *_depth_blocks(assessment)]


def _depth_blocks(assessment: Assessment) -> list[Block]:
    """Return what is said of who holds the sightings, and of whom."""
    half, again = _found(assessment, "traces_half_cameras_count"), _found(assessment, "traces_repeat_share")
    gap = say(
        "On its longest stretch of whole streets in nobody's view a trip goes unsighted for {s} on average,"
        " at least; {traces_gap_300_share} of trips have a gap of five minutes or more.",
        s=_number(assessment, "traces_gap_time_s", "s"),
        traces_gap_300_share=_share(assessment, "traces_gap_300_share"),
    )
    if half is None or not half["value"]:
        return [Text(gap)]
    held = say(
        "Half of all sightings lie with {traces_half_cameras_count} of the {denominator:,.0f} cameras"
        " examined; the one with most could look at {traces_widest_share} of trips.",
        traces_half_cameras_count=_number(assessment, "traces_half_cameras_count"),
        denominator=half["denominator"],
        traces_widest_share=_share(assessment, "traces_widest_share"),
    )
    if again is None:
        few = say(
            "Cannot tell whether cameras see many once or a few again and again: none could look at"
            " {fewest_trips} simulated trips.",
            fewest_trips=FEWEST_TRIPS,
        )
        return [Text(f"{held} {few} {gap}")]
    everywhere = assessment.finding("traces_all_repeat_share")["value"]
    depth = say(
        "A camera sees the people of some corners again whenever they leave home. Two trips that one camera"
        " could look at begin at the same corner with a chance of {again}, on average over the"
        " {denominator:,.0f} cameras that could look at {fewest_trips} trips or more; any two trips do with"
        " {everywhere}. How often anybody goes out is not simulated, so how many times in a day cannot be"
        " told.",
        again=with_range(again),
        denominator=again["denominator"],
        fewest_trips=FEWEST_TRIPS,
        everywhere=percent(everywhere, width=0.01),
    )
    return [Text(f"{held} {depth} {gap}"), _depth_figure(assessment)]


def _depth_figure(assessment: Assessment) -> Figure:
    cameras = assessment.trips.cameras.dropna()
    wide = cameras.sort_values(["trips_share", "repeat_share"], ascending=False, kind="stable").head(CAMERAS_SHOWN)
    deep = cameras.sort_values(["repeat_share", "trips_share"], ascending=False, kind="stable").head(CAMERAS_SHOWN)

    def cell(row: pd.Series, stem: str) -> str:
        mean, low, high = (row[f"{stem}{part}_share"] for part in ("", "_low", "_high"))
        return share_between(mean, low, high)

    rows = tuple(
        (str(name), why, cell(row, "trips"), cell(row, "repeat"))
        for why, some in ((say("sees most trips"), wide), (say("sees the same corners most"), deep))
        for name, row in some.iterrows()
    )
    table = Table(
        say(
            "The cameras that see most trips, and those whose trips come from the fewest corners, of {cameras:,}"
            " that could look at {fewest_trips} or more; all are in assessment.json, under trips",
            cameras=len(cameras),
            fewest_trips=FEWEST_TRIPS,
        ),
        (
            say("Camera"),
            say("Why it is listed"),
            say("Share of trips it could look at"),
            say("Two of them begin at the same corner"),
        ),
        rows,
        (False, False, True, True),
    )
    svg = depth_figure(
        cameras["trips_share"].to_numpy(),
        cameras["repeat_share"].to_numpy(),
        everywhere=float(assessment.finding("traces_all_repeat_share")["value"]),
    )
    return Figure(
        "breadth-and-depth",
        say("Which cameras see many people once, and which a few again and again?"),
        svg,
        say(
            "One dot for each camera: to the right those that could look at more of the trips, on top those whose trips begin at fewer"
            " corners. The broken line is the chance that any two trips begin at the same corner."
        ),
        table,
    )


def _drive_sentence(assessment: Assessment) -> str:
    row = _found(assessment, "drives_reader_count")
    readers = counted(assessment.trips.facts.plate_reader_count, "plate reader")
    if row is None:
        return say(
            "What vehicles undergo from {readers}: cannot tell, for the data hold no connected streets that are"
            " driven on.",
            readers=readers,
        )
    passed = commas(
        say("{value} pass {n} or more", value=_share(assessment, f"drives_passing_{n}_share"), n=n) for n in PASSED
    )
    return say(
        "{readers} watch vehicles. Of {denominator:,.0f} simulated drives on their shortest way, {passed}; a"
        " drive passes {drives_reader_count} on average. These are sightings of vehicles, and roads on which"
        " nobody may walk are not in the data, so drives keep to the others.",
        readers=sentence(readers),
        denominator=row["denominator"],
        passed=passed,
        drives_reader_count=_number(assessment, "drives_reader_count"),
    )


def _limits(assessment: Assessment) -> str:
    facts = assessment.trips.facts
    untold = _found(assessment, "trips_untold_share")
    share = "0" if untold is None else percent(untold["value"], width=0.01)
    readers = (
        say(
            " {plate_reader} of the list watch vehicles and are in none of these numbers.",
            plate_reader=counted(facts.plate_reader_count, "plate reader"),
        )
        if facts.plate_reader_count
        else ""
    )
    return say(
        "Trips are drawn by a model, not counted: its figures are our judgement and stand in packs/trips."
        " {share} of their metres lie under ground, indoors or beyond the boundary, where the list tells"
        " nothing; they are in no share above. Ranges hold 90\N{NO-BREAK SPACE}% of the first {draw_count:,} draws of"
        " what is unknown about the cameras, and hold nothing for the model of trips itself. The price of an"
        " unseen way was sought for the first {priced_count:,} of the trips.{readers}{words}",
        share=share,
        draw_count=facts.draw_count,
        priced_count=facts.priced_count,
        readers=readers,
        words="".join(f" {words}" for words in lacking_sentence(assessment, say("views of trips"))),
    )
