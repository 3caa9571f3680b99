"""The numbers on private space that a report may publish, each with its interval and its denominator."""

from __future__ import annotations

import numpy as np
import pandas as pd

from overseen.assessment.headline import FindingRows, drawn_interval, in_view
from overseen.exposure.mask_effects import MaskProposal
from overseen.exposure.private_areas import FEWEST
from overseen.exposure.private_space import GROUND_M, IN_VIEW_M, Measured, PrivateSpace, facade_draws
from overseen.model.schema import VIEWS
from overseen.model.viewing import Viewing
from overseen.model.wording import sentence

SUBJECT = "private_space"

CLASSES = (
    ("known", "", "dwellings"),
    ("unknown", "maybe_", "buildings of which the data cannot tell whether they are dwellings"),
)
"""Field of :class:`Measured`, what its findings are called, and what they are of."""


def private_findings(
    private: PrivateSpace, masks: MaskProposal, viewing: Viewing, *, lacks: bool = False
) -> pd.DataFrame:
    """Return rows of table ``findings`` on private space.

    Façades and masks are left out where the data cannot tell dwellings, and a number of dwellings from 1 to 9 always. ``lacks``:
    whether the map lacks buildings anywhere, so that what is in view there is too much.
    """
    rows = FindingRows()
    bound = "upper" if lacks else "none"
    _add_buildings(rows, private)
    if private.can_tell:
        _add_facades(rows, private, viewing, bound)
    _add_ground(rows, private, viewing, bound)
    if private.can_tell:
        _add_masks(rows, masks, viewing, bound)
    return rows.table()


def _add_buildings(rows: FindingRows, private: PrivateSpace) -> None:
    known = private.dwellings
    inside = int(known.is_inside.sum())
    for name, flags, words in (
        ("dwellings_listed_count", known.is_dwelling, "Buildings whose kind says that people live in them"),
        (
            "dwellings_maybe_listed_count",
            known.is_unknown,
            "Buildings whose kind does not say whether people live in them",
        ),
    ):
        number = int((flags & known.is_inside).sum())
        if not 0 < number < FEWEST:
            rows.count(name, SUBJECT, words, number, of=inside, what="buildings inside the boundary")


def _add_facades(rows: FindingRows, private: PrivateSpace, viewing: Viewing, bound: str) -> None:
    draws = facade_draws(viewing)
    for place, (field, prefix, words) in enumerate(CLASSES):
        length_of, count_of = private.facade_total_m()[place], private.building_totals()[place]
        for view in VIEWS:
            for level, name in enumerate(viewing.ladder.names):
                shared = {"view": view, "level": name, "bound": bound}
                metres = f"m of façade of {words} inside the boundary; {draws} draws"
                length = _drawn(private.facade_length_m, field, view, level)
                share = length / length_of if length_of else np.zeros_like(length)
                rows.add(f"{prefix}facades_{view}_{name}_length_m", SUBJECT, in_view(f"Façade of {words}", view, name), unit="m",
                         denominator=length_of, denominator_unit=metres, **drawn_interval(length), **shared)  # fmt: skip
                rows.add(f"{prefix}facades_{view}_{name}_share", SUBJECT, in_view(f"Share of the façade of {words}", view, name),
                         unit="share", denominator=length_of, denominator_unit=metres, **drawn_interval(share), **shared)  # fmt: skip
                rows.add(f"{prefix}facades_{view}_{name}_area_m2", SUBJECT, in_view(f"Visible area of façade of {words}", view, name),
                         unit="m2", denominator=length_of, denominator_unit=metres,
                         **drawn_interval(_drawn(private.facade_area_m2, field, view, level)), **shared)  # fmt: skip
                count = _drawn(private.dwelling_count, field, view, level)
                if 0.0 < count.mean() < FEWEST:
                    continue
                rows.add(
                    f"{prefix}dwellings_{view}_{name}_count",
                    SUBJECT,
                    in_view(f"{sentence(words)} with at least {IN_VIEW_M:g} m of façade", view, name),
                    unit="count",
                    denominator=float(count_of),
                    denominator_unit=f"{words} inside the boundary; {draws} draws",
                    **drawn_interval(count),
                    **shared,
                )


def _drawn(measured: Measured, field: str, view: str, level: int) -> np.ndarray:
    return getattr(measured, field)[view][:, level]


def _add_ground(rows: FindingRows, private: PrivateSpace, viewing: Viewing, bound: str) -> None:
    for place, (field, prefix, words) in enumerate(
        (
            ("known", "", "gardens, yards and closed ground"),
            (
                "unknown",
                "maybe_",
                "gardens and residential land of which the data cannot tell whether they are private",
            ),
        )
    ):
        area_m2 = private.ground.area_m2()[place]
        for view in VIEWS:
            for level, name in enumerate(viewing.ladder.names):
                rows.add(
                    f"{prefix}private_ground_{view}_{name}_area_m2",
                    SUBJECT,
                    in_view(f"Ground of {words}", view, name),
                    unit="m2",
                    view=view,
                    level=name,
                    bound=bound,
                    denominator=area_m2,
                    denominator_unit=f"m2 of {words} inside the boundary, sampled every {GROUND_M:g} m",
                    **drawn_interval(_drawn(private.ground_m2, field, view, level)),
                )


def _add_masks(rows: FindingRows, masks: MaskProposal, viewing: Viewing, bound: str) -> None:
    effects = masks.effects
    examined, needed = len(effects), int(effects["is_mask_needed"].sum())
    lost = int((effects["is_mask_needed"] & ~effects["keeps_public_view"]).sum())
    rows.count("masks_cameras_needed_count", SUBJECT, "Cameras that could look at a home known as such, or its ground",
               needed, of=examined, what="cameras examined", bound=bound)  # fmt: skip
    rows.count("masks_cameras_lost_count", SUBJECT, "Cameras that masks would leave less than 5 % of their public view",
               lost, of=needed, what="cameras that need a mask")  # fmt: skip
    level = viewing.ladder.names[0]
    for name, unit, words in (
        ("street_length_m", "m", "Length of open-air walkable street that cameras could look at"),
        ("facade_length_m", "m", "Façade of dwellings that cameras could look at"),
        ("dwelling_count", "count", "Dwellings that cameras could look at"),
    ):
        if name == "dwelling_count" and 0 < masks.before[name] < FEWEST:
            continue
        for when, values in (("before", masks.before), ("after", masks.after)):
            rows.add(f"masks_{when}_{name}", SUBJECT, f"{words}, at {level}, central assumptions, {'without' if when == 'before' else 'with'} masks",
                     unit=unit, view="reachable", level=level, bound=bound, value=values[name], denominator=masks.before[name],
                     denominator_unit="the same without masks")  # fmt: skip
