"""Seeded draws of what a camera list leaves out.

Every number comes from (seed, identifier, draw): a camera's draws do not depend on which other cameras there are, on their
order or on how a city is cut into tiles. Each draw first samples what cameras share, then each one's departure from it.
"""

from __future__ import annotations

import hashlib

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from overseen.model.viewing import Unknown, Viewing

Floats = NDArray[np.float64]

SCORE_95 = 1.6448536269514722
"""Standard normal score below which 95 % lie."""

HIGHEST_SCORE = 2.3263478740408408
"""Scores are held between the 1 and 99 % points: the tails of an assumption carry no knowledge."""


def uniforms(seed: int, identifier: str, draws: int) -> Floats:
    """Return ``draws`` numbers in (0, 1) that depend on the seed and the identifier alone, shape (draws,).

    Examples
    --------
    >>> bool((uniforms(1, "a", 3) == uniforms(1, "a", 5)[:3]).all())
    True
    """
    digest = hashlib.blake2b(f"{seed}|{identifier}".encode(), digest_size=16).digest()
    raw = np.random.Philox(key=int.from_bytes(digest, "little")).random_raw(draws)
    return (np.asarray(raw >> np.uint64(11), dtype=np.float64) + 0.5) * 2.0**-53


def stratified_uniforms(seed: int, identifier: str, draws: int) -> Floats:
    """Return ``draws`` numbers in (0, 1), one in each of ``draws`` equal strata, in a seeded order, shape (draws,)."""
    order = np.argsort(uniforms(seed, f"{identifier}|order", draws), kind="stable")
    return (order + uniforms(seed, identifier, draws)) / draws


SPREAD, FIRST, SECOND = (np.uint64(n) for n in (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB))
"""Constants of the SplitMix64 generator (Steele, Lea and Flood 2014)."""


def many_uniforms(seed: int, identifiers: NDArray[np.object_], draws: int) -> Floats:
    """Return numbers in (0, 1) for many identifiers at once, shape (identifiers, draws).

    As in :func:`uniforms`, each depends on seed, identifier and draw alone; the generator is SplitMix64, for there may be a
    million buildings.

    Examples
    --------
    >>> a = many_uniforms(1, np.array(["a", "b"], dtype=object), 3)
    >>> bool((a[1] == many_uniforms(1, np.array(["b"], dtype=object), 5)[0, :3]).all())
    True
    """
    if len(identifiers) == 0:
        return np.empty((0, draws))
    keys = np.array(
        [
            int.from_bytes(hashlib.blake2b(f"{seed}|{name}".encode(), digest_size=8).digest(), "little")
            for name in identifiers
        ],
        dtype=np.uint64,
    )
    with np.errstate(over="ignore"):
        state = keys[:, None] + (np.arange(1, draws + 1, dtype=np.uint64) * SPREAD)[None, :]
        state = (state ^ (state >> np.uint64(30))) * FIRST
        state = (state ^ (state >> np.uint64(27))) * SECOND
        state ^= state >> np.uint64(31)
    return ((state >> np.uint64(11)).astype(np.float64) + 0.5) * 2.0**-53


def shared_scores(seed: int, unknown: Unknown, draws: int) -> Floats:
    """Return the normal scores that all cameras of a draw share for one unknown, shape (draws,)."""
    return ndtri(stratified_uniforms(seed, f"shared|{unknown.name}", draws))


def mixed_scores(unknown: Unknown, shared: Floats, own: Floats) -> Floats:
    """Return scores made of the shared and the own part by the unknown's shared weight; standard normal again."""
    weight = unknown.shared_weight
    return np.sqrt(weight) * shared + np.sqrt(1.0 - weight) * own


def drawn_scores(viewing: Viewing, unknown: Unknown, *, sets: int | None = None) -> Floats:
    """Return the shared score of an unknown in every draw, shape (draws,); of one drawn in sets, that of the draw's set."""
    if sets is None:
        return shared_scores(viewing.seed, unknown, viewing.draws)
    return shared_scores(viewing.seed, unknown, sets)[np.arange(viewing.draws) % sets]


def value_at(unknown: Unknown, score: Floats, kinds: NDArray[np.object_] | None = None) -> Floats:
    """Return the value of an unknown at normal scores: low at -1.645, central at 0, high at +1.645, in between by scale.

    Parameters
    ----------
    unknown
        The assumption.
    score
        Any shape; with ``kinds`` its first axis, if it has any, is theirs.
    kinds
        Kinds of n cameras, of which some may have bounds of their own; the result then has n rows.

    Examples
    --------
    >>> import numpy as np
    >>> height = Unknown("mounting_height_m", "", 3.0, 5.0, 12.0, "log", 0.5, "")
    >>> value_at(height, np.array([-SCORE_95, 0.0, SCORE_95])).round(6).tolist()
    [3.0, 5.0, 12.0]
    """
    held = np.clip(score, -HIGHEST_SCORE, HIGHEST_SCORE) / SCORE_95
    low, central, high = _bounds(unknown, kinds)
    if unknown.scale == "log":
        return np.asarray(central * np.where(held < 0.0, (central / low) ** held, (high / central) ** held))
    return np.asarray(central + held * np.where(held < 0.0, central - low, high - central))


def _bounds(unknown: Unknown, kinds: NDArray[np.object_] | None) -> tuple[Floats, Floats, Floats]:
    """Return low, central and high as numbers, or as columns with a row for each kind."""
    if kinds is None:
        low, central, high = np.array(unknown.bounds())
        return low, central, high
    names, row = np.unique(np.asarray(kinds, dtype=str), return_inverse=True)
    table = np.array([unknown.bounds(str(name)) for name in names]).reshape(-1, 3)
    columns = table[row].T[..., None]
    return columns[0], columns[1], columns[2]
