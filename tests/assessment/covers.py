"""Programmes of partial cover: drawn at random, made by hand, and solved by trying every subset."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
from hypothesis import strategies as st

from overseen.assessment.partial_cover import Programme


def programme(
    cells: Sequence[tuple[Sequence[int], int, int]],
    needed: Sequence[int],
    *,
    cameras: int,
    overspill: Sequence[float] | None = None,
) -> Programme:
    """Return a programme of cells, each given as the cameras that see it, its zone and its size."""
    seen_by = [np.array(sorted(set(seen)), dtype=np.int64) for seen, _, _ in cells]
    return Programme(
        np.concatenate([[0], np.cumsum([len(seen) for seen in seen_by])]).astype(np.int64),
        np.concatenate([np.empty(0, dtype=np.int64), *seen_by]),
        np.array([zone for _, zone, _ in cells], dtype=np.int64),
        np.array([size for _, _, size in cells], dtype=np.int64),
        np.array(needed, dtype=np.int64),
        cameras,
        np.zeros(cameras) if overspill is None else np.array(overspill, dtype=float),
    )


@st.composite
def programmes(draw: st.DrawFn) -> Programme:
    """Draw a programme of at most 12 cameras in at most 3 zones that can be met."""
    cameras, zones = draw(st.integers(1, 12)), draw(st.integers(1, 3))
    cell = st.tuples(
        st.lists(st.integers(0, cameras - 1), min_size=1, max_size=4), st.integers(0, zones - 1), st.integers(1, 9)
    )
    cells = draw(st.lists(cell, min_size=1, max_size=18))
    held = np.zeros(zones, dtype=int)
    for _, zone, size in cells:
        held[zone] += size
    shares = draw(st.lists(st.sampled_from([0.0, 0.3, 0.5, 0.8, 1.0]), min_size=zones, max_size=zones))
    spill = draw(st.lists(st.integers(0, 20), min_size=cameras, max_size=cameras))
    return programme(cells, np.ceil(np.array(shares) * held).astype(int).tolist(), cameras=cameras, overspill=spill)


def by_trying(of: Programme) -> tuple[int, float]:
    """Return the fewest cameras that see what is needed and the least overspill of so many, by trying every subset."""
    for count in range(of.camera_count + 1):
        spills = []
        for chosen in itertools.combinations(range(of.camera_count), count):
            is_kept = np.isin(np.arange(of.camera_count), chosen)
            if of.is_met(is_kept):
                spills.append(float(of.overspill[is_kept].sum()))
        if spills:
            return count, min(spills)
    raise AssertionError("no subset sees what is needed")
