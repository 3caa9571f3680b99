"""Ratios of the exposure of two sides, over all and within larger areas, with intervals that hold where units are alike nearby.

Units of one neighbourhood share their cameras, so they are no independent witnesses: the bootstrap resamples whole control areas
(Cameron and Miller 2015, A practitioner's guide to cluster-robust inference), and every replicate takes another draw of what is
not known of the cameras. With C control areas the spread of the logarithm is widened by sqrt(C / (C - 1)) and Student's t with
C - 1 degrees of freedom (Hesterberg 2015, What teachers should know about the bootstrap): so few areas make percentiles too narrow.

A few control areas often hold most of what differs, and then the bootstrap alone says too often that sides differ. So they must be
told apart by a second test too: every control area's part of the difference has its sign flipped at random (Canay, Romano and Shaikh
2017, Randomization tests under an approximate symmetry assumption). The larger of the two probabilities counts; docs/disparity.md
says how often both together are wrong.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse, stats

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

FEWEST_CONTROLS = 20
"""With fewer control areas no interval is trusted."""

FEWEST_RESIDENTS = 10
"""A side with fewer residents in a control area is not compared there, nor is its number published of a unit."""

REPLICATES = 2_000
FLIPS = 9_999
"""Random signs drawn."""

MOST_UNDEFINED_SHARE = 0.01
"""Where more replicates than this have no ratio, since one side is exposed in too few control areas, there is no interval."""


class Sums(NamedTuple):
    """Two sides of k comparisons, summed by control area.

    ``first`` and ``second`` (controls, k) are residents, the two ``_exposed`` (k, controls, draws) their number times the share of
    street in view around them; ``residents`` and ``units`` (controls,) count everybody and the units they live in.
    """

    first: Floats
    second: Floats
    first_exposed: Floats
    second_exposed: Floats
    residents: Floats
    units: Integers


class Ratios(NamedTuple):
    """Ratio first / second of k comparisons, its 95 % interval, how likely chance alone goes as far, and control areas used.

    All of shape (k,); nan where it cannot be told.
    """

    ratio: Floats
    low: Floats
    high: Floats
    chance: Floats
    controls: Integers


def sums_by_control(first: Floats, second: Floats, exposed: Floats, residents: Floats, control: Integers) -> Sums:
    """Return sums by control area.

    Parameters
    ----------
    first, second
        Residents of either side, shape (units, k).
    exposed
        Share of street in view around each unit, shape (units, draws).
    residents
        All residents, shape (units,).
    control
        Number of each unit's control area, 0, 1, ...
    """
    units, count = len(control), int(control.max(initial=-1)) + 1

    def summed(values: Floats) -> Floats:
        return sparse.csr_array((values, (control, np.arange(units))), shape=(count, units))

    ones = summed(np.ones(units))
    draws = exposed.shape[1]

    def exposed_by(side: Floats) -> Floats:
        found = np.zeros((side.shape[1], count, draws))
        for k in range(side.shape[1]):
            found[k] = summed(side[:, k]) @ exposed
        return found

    return Sums(
        ones @ first,
        ones @ second,
        exposed_by(first),
        exposed_by(second),
        ones @ residents,
        np.bincount(control, minlength=count).astype(np.int64),
    )


def raw_ratios(sums: Sums, *, seed: int) -> Ratios:
    """Return the ratios of the population-weighted means over all units."""
    is_used = (sums.first + sums.second) > 0.0
    return _ratios(sums.first_exposed, sums.second_exposed, sums.first, sums.second, is_used, seed=seed)


def within_ratios(sums: Sums, *, seed: int) -> Ratios:
    """Return the ratios within control areas: each side's mean in each, weighted by all its residents (direct standardisation).

    Only control areas of several units and with ``FEWEST_RESIDENTS`` or more of both sides are compared.
    """
    is_used = (sums.first >= FEWEST_RESIDENTS) & (sums.second >= FEWEST_RESIDENTS) & (sums.units >= 2)[:, None]

    def standardised(exposed: Floats, people: Floats) -> tuple[Floats, Floats]:
        weight = np.where(is_used, sums.residents[:, None], 0.0)
        share = np.divide(weight, people, out=np.zeros_like(weight), where=is_used)
        return exposed * share.T[:, :, None], weight

    first, weight = standardised(sums.first_exposed, sums.first)
    second, _ = standardised(sums.second_exposed, sums.second)
    return _ratios(first, second, weight, weight, is_used, seed=seed)


def _ratios(
    first: Floats, second: Floats, of_first: Floats, of_second: Floats, is_used: NDArray[np.bool_], *, seed: int
) -> Ratios:
    """Return ratios of (first / of_first) to (second / of_second), summed over control areas."""
    controls = is_used.sum(axis=0).astype(np.int64)
    estimate = _quotient(first.sum(axis=(1, 2)), of_first.sum(axis=0), second.sum(axis=(1, 2)), of_second.sum(axis=0))
    log = np.array([_logs(*_resampled(first[k], second[k], of_first[:, k], of_second[:, k], is_used[:, k], seed))
                    for k in range(len(controls))]).reshape(len(controls), -1)  # fmt: skip
    has_enough = controls >= 2
    is_defined = np.isfinite(log)
    has_enough &= is_defined.mean(axis=1) >= 1.0 - MOST_UNDEFINED_SHARE if log.size else False
    has_enough &= np.isfinite(estimate) & (estimate > 0.0)
    spread = np.array([np.std(row[kept], ddof=1) if kept.sum() > 1 else np.nan
                       for row, kept in zip(log, is_defined, strict=True)])  # fmt: skip
    freedom = np.maximum(controls - 1, 1)
    error = np.where(has_enough, spread * np.sqrt(controls / freedom), np.nan)
    middle = np.log(np.where(has_enough, estimate, np.nan))
    wide = stats.t.ppf(0.975, freedom) * error
    # No spread: the two sides are the same in every replicate, or differ in every one alike.
    score = np.divide(np.abs(middle), error, out=np.where(middle == 0.0, 0.0, np.inf), where=error > 0.0)
    chance = np.maximum(2.0 * stats.t.sf(score, freedom), _flipped(first, second, of_first, of_second, seed=seed))
    chance = np.where(np.isnan(error), np.nan, chance)
    return Ratios(estimate, np.exp(middle - wide), np.exp(middle + wide), chance, controls)


def _flipped(first: Floats, second: Floats, of_first: Floats, of_second: Floats, *, seed: int) -> Floats:
    """Return how often control areas' parts of the difference, their signs flipped at random, add up to as much, shape (k,).

    The parts are relative to the mean of both sides in each draw; how they vary over the draws makes the difference less certain.
    """
    people = [np.where(total > 0.0, total, np.inf) for total in (of_first.sum(axis=0), of_second.sum(axis=0))]
    mean = (first.sum(axis=1) + second.sum(axis=1)) / (people[0] + people[1])[:, None]
    scale = np.where(mean > 0.0, mean, np.inf)[:, None, :]
    part = (first / scale - of_first.T[:, :, None]) / people[0][:, None, None]
    part -= (second / scale - of_second.T[:, :, None]) / people[1][:, None, None]
    own = part.mean(axis=2)
    squares = (own**2).sum(axis=1)
    over_draws = part.sum(axis=1).var(axis=1, ddof=1) if part.shape[2] > 1 else np.zeros(len(own))
    kept = np.sqrt(np.divide(squares, squares + over_draws, out=np.ones_like(squares), where=squares > 0.0))
    random = np.random.Generator(np.random.Philox(key=seed))
    signs = random.integers(0, 2, size=(FLIPS, own.shape[1]), dtype=np.int8) * 2.0 - 1.0
    found = np.abs(signs @ own.T) >= np.abs(own.sum(axis=1)) * kept * (1.0 - 1e-9)
    return np.asarray((1.0 + found.sum(axis=0)) / (1.0 + FLIPS), dtype=np.float64)


def _quotient(first: Floats, of_first: Floats, second: Floats, of_second: Floats) -> Floats:
    above, below = first * of_second, second * of_first
    return np.divide(above, below, out=np.full_like(above, np.nan), where=below > 0.0)


def _resampled(
    first: Floats, second: Floats, of_first: Floats, of_second: Floats, is_used: NDArray[np.bool_], seed: int
) -> tuple[Floats, Floats, Floats, Floats]:
    """Return the four sums in every replicate: its control areas drawn with replacement, its draw of the unknowns the next."""
    rows = np.flatnonzero(is_used)
    draws = first.shape[1]
    per_draw = -(-REPLICATES // draws)
    if len(rows) == 0:
        nothing = np.zeros(draws * per_draw)
        return nothing, nothing, nothing, nothing
    random = np.random.Generator(np.random.Philox(key=seed))
    times = random.multinomial(len(rows), np.full(len(rows), 1.0 / len(rows)), size=(draws, per_draw)).astype(float)
    exposed = [np.einsum("drc,cd->dr", times, side[rows]).ravel() for side in (first, second)]
    people = [(times @ side[rows]).ravel() for side in (of_first, of_second)]
    return exposed[0], exposed[1], people[0], people[1]


def _logs(first: Floats, second: Floats, of_first: Floats, of_second: Floats) -> Floats:
    ratio = _quotient(first, of_first, second, of_second)
    return np.log(ratio, out=np.full_like(ratio, np.nan), where=ratio > 0.0)


def adjusted_chance(chance: Floats) -> Floats:
    """Return probabilities adjusted for their number by the method of Benjamini and Hochberg; unknown ones stay unknown.

    Where no category differs, the chance that any is said to do so is then that of a single one.
    """
    found = chance.copy()
    known = np.isfinite(chance)
    if known.any():
        found[known] = stats.false_discovery_control(chance[known], method="bh")
    return found
