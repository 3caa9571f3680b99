"""What the report says where everything was computed under a model that others published."""

from __future__ import annotations

from overseen.assessment.findings import Assessment
from overseen.model.profile import Profile, Shape
from overseen.model.wording import commas, later, say
from overseen.report.completeness import list_clause
from overseen.report.document import Block, Points, Table, Text
from overseen.report.words import counted

BEARING = "bearing_deg"

NO_BEARING = {"disc": later("a disc"), "nothing": "nothing", "drawn": later("a sector in a drawn direction")}
ARCS = {
    "width": later("its width is that of the sector"),
    "middle": later("its middle is the bearing"),
    "unread": later("not understood, as if no bearing were stated"),
}


SHAPE_HEADS = (
    later("Kinds of camera"),
    "Shape",
    later("Reach, m"),
    later("Without a bearing"),
    later("An arc of bearings"),
    "Source",
    "Mark",
)
"""What :func:`shape_row` returns."""


def profile_sentence(profile: Profile) -> str:
    """Return that the answer is that of another's model, with its source and what it ignores."""
    return say(
        "Computed under the view model {name} ({title}; {work}, {mark}), which ignores {listed}: the numbers"
        " are those of that model in this city, and none that its authors published.",
        name=profile.name,
        title=profile.title,
        work=profile.work,
        mark=profile.mark,
        listed=_listed(profile.ignored()),
    )


def profile_certainty(assessment: Assessment) -> str:
    """Return what the ranges hold under a model in which at most bearings are drawn."""
    table = assessment.sensitivity
    drawn = int(table.loc[BEARING, "head_count"]) if BEARING in table.index else 0
    ranges = (
        say(
            "The ranges hold 90 % of {draws:,} draws of where {lenses} of unknown bearing may point; the model"
            " takes all else as given",
            draws=assessment.viewing.draws,
            lenses=counted(drawn, "lens", "lenses"),
        )
        if drawn
        else say("The model leaves nothing open, so that no number has a range; that is no sign of certainty")
    )
    return f"{ranges}; {list_clause(assessment)}."


def profile_blocks(profile: Profile) -> tuple[Block, ...]:
    """Return how the model works: its source and mark, its shapes, what it ignores, where it is not expressed exactly."""
    blocks: list[Block] = [
        Text(
            say(
                "Everything here was computed under the view model {name} ({title}), not in the project's own way."
                " It is that of: {work}. Source: {source}. Mark: {mark}. It ignores {listed}. What a camera could"
                " look at and what it sees at any one moment are the same in it.",
                name=profile.name,
                title=profile.title,
                work=profile.work,
                source=profile.source,
                mark=profile.mark,
                listed=_listed(profile.ignored()),
            )
        ),
        Table(
            say("What a camera sees under {name}", name=profile.name),
            SHAPE_HEADS,
            tuple(shape_row(shape) for shape in profile.shapes),
            (False, False, False, False, False, False, False),
        ),
    ]
    if profile.height is not None:
        rule = profile.height
        blocks.append(
            Text(
                say(
                    "The height is that of the lens, as stated and held between {lowest_m:g} and {highest_m:g} m;"
                    " {default_m:g} m where none is stated.",
                    lowest_m=rule.lowest_m,
                    highest_m=rule.highest_m,
                    default_m=rule.default_m,
                )
            )
        )
    if profile.differs:
        blocks += [Text(say("Where the model is not expressed exactly:")), Points(profile.differs)]
    if profile.judged:
        blocks += [Text(say("What was not read of it, and was chosen here (our judgement):")), Points(profile.judged)]
    return tuple(blocks)


def shape_row(shape: Shape) -> tuple[str, ...]:
    """Return a shape in words: kinds, form, reach, without a bearing, an arc, source, mark."""
    is_sector = shape.form == "sector"
    form = say("sector of {width_deg:.4g}°", width_deg=shape.width_deg) if is_sector else shape.form
    without = NO_BEARING[shape.no_bearing]
    if is_sector and shape.no_bearing == "disc" and shape.disc_reach_m is not None:
        without = say("a disc of {disc_reach_m:g} m", disc_reach_m=shape.disc_reach_m)
    return (
        commas(say("unknown kind") if kind == "unknown" else kind for kind in shape.kinds),
        form,
        _reach(shape),
        without if is_sector else say("the same"),
        ARCS[shape.arc] if is_sector else say("does nothing"),
        shape.source,
        shape.mark,
    )


def _reach(shape: Shape) -> str:
    if shape.form == "nothing":
        return "0"
    parts = [say("{reach_m:g}", reach_m=shape.reach_m)] if shape.reach_m else []
    parts += (
        [say("{reach_per_height:g} × height", reach_per_height=shape.reach_per_height)]
        if shape.reach_per_height
        else []
    )
    words = " + ".join(parts)
    if shape.lens is None:
        return words
    return say(
        "({words}), as a lens of {focal_length_mm:g} mm before {image_width_px:g} pixels to the nominal one",
        words=words,
        focal_length_mm=shape.lens.focal_length_mm,
        image_width_px=shape.lens.image_width_px,
    )


def _listed(words: tuple[str, ...]) -> str:
    return " and ".join(filter(None, [commas(words[:-1]), words[-1]])) if words else "nothing"
