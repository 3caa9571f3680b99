"""What the report says where everything was computed under a model that others published."""

from __future__ import annotations

from overseen.assessment.findings import Assessment
from overseen.model.profile import Profile, Shape
from overseen.report.completeness import list_clause
from overseen.report.document import Block, Points, Table, Text
from overseen.report.words import counted

BEARING = "bearing_deg"

NO_BEARING = {"disc": "a disc", "nothing": "nothing", "drawn": "a sector in a drawn direction"}
ARCS = {
    "width": "its width is that of the sector",
    "middle": "its middle is the bearing",
    "unread": "not understood, as if no bearing were stated",
}


SHAPE_HEADS = ("Kinds of camera", "Shape", "Reach, m", "Without a bearing", "An arc of bearings", "Source", "Mark")
"""What :func:`shape_row` returns."""


def profile_sentence(profile: Profile) -> str:
    """Return that the answer is that of another's model, with its source and what it ignores."""
    return (
        f"Computed under the view model {profile.name} ({profile.title}; {profile.work}, {profile.mark}), which ignores"
        f" {_listed(profile.ignored())}: the numbers are those of that model in this city, and none that its authors published."
    )


def profile_certainty(assessment: Assessment) -> str:
    """Return what the ranges hold under a model in which at most bearings are drawn."""
    table = assessment.sensitivity
    drawn = int(table.loc[BEARING, "head_count"]) if BEARING in table.index else 0
    ranges = (
        f"The ranges hold 90 % of {assessment.viewing.draws:,} draws of where {counted(drawn, 'lens', 'lenses')} of unknown"
        " bearing may point; the model takes all else as given"
        if drawn
        else "The model leaves nothing open, so that no number has a range; that is no sign of certainty"
    )
    return f"{ranges}; {list_clause(assessment)}."


def profile_blocks(profile: Profile) -> tuple[Block, ...]:
    """Return how the model works: its source and mark, its shapes, what it ignores, where it is not expressed exactly."""
    blocks: list[Block] = [
        Text(
            f"Everything here was computed under the view model {profile.name} ({profile.title}), not in the project's own way."
            f" It is that of: {profile.work}. Source: {profile.source}. Mark: {profile.mark}. It ignores"
            f" {_listed(profile.ignored())}. What a camera could look at and what it sees at any one moment are the same in it."
        ),
        Table(
            f"What a camera sees under {profile.name}",
            SHAPE_HEADS,
            tuple(shape_row(shape) for shape in profile.shapes),
            (False, False, False, False, False, False, False),
        ),
    ]
    if profile.height is not None:
        rule = profile.height
        blocks.append(
            Text(
                f"The height is that of the lens, as stated and held between {rule.lowest_m:g} and {rule.highest_m:g} m;"
                f" {rule.default_m:g} m where none is stated."
            )
        )
    if profile.differs:
        blocks += [Text("Where the model is not expressed exactly:"), Points(profile.differs)]
    if profile.judged:
        blocks += [Text("What was not read of it, and was chosen here (our judgement):"), Points(profile.judged)]
    return tuple(blocks)


def shape_row(shape: Shape) -> tuple[str, ...]:
    """Return a shape in words: kinds, form, reach, without a bearing, an arc, source, mark."""
    is_sector = shape.form == "sector"
    form = f"sector of {shape.width_deg:.4g}°" if is_sector else shape.form
    without = NO_BEARING[shape.no_bearing]
    if is_sector and shape.no_bearing == "disc" and shape.disc_reach_m is not None:
        without = f"a disc of {shape.disc_reach_m:g} m"
    return (
        ", ".join("unknown kind" if kind == "unknown" else kind for kind in shape.kinds),
        form,
        _reach(shape),
        without if is_sector else "the same",
        ARCS[shape.arc] if is_sector else "does nothing",
        shape.source,
        shape.mark,
    )


def _reach(shape: Shape) -> str:
    if shape.form == "nothing":
        return "0"
    parts = [f"{shape.reach_m:g}"] if shape.reach_m else []
    parts += [f"{shape.reach_per_height:g} × height"] if shape.reach_per_height else []
    words = " + ".join(parts)
    if shape.lens is None:
        return words
    return f"({words}), as a lens of {shape.lens.focal_length_mm:g} mm before {shape.lens.image_width_px:g} pixels to the nominal one"


def _listed(words: tuple[str, ...]) -> str:
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]])) if words else "nothing"
