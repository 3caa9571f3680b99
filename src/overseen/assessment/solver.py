"""Mixed-integer programmes through HiGHS: the values found and the bound that is proven."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import highspy
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, vstack

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

EDGE = 1e-6
"""A bound of a whole number may lie so much below it."""

SURELY_LESS = 0.99
"""A cost that is a whole number and so near to its bound is the least; nearer to 1 a bound that is off by rounding would do."""


class _Quiet(highspy.Highs):
    """A solver that prints nothing: listening to its callbacks is what makes it print who made it, whatever it is told."""

    def __init__(self) -> None:
        super(highspy.Highs, self).__init__()
        self.callbacks: list[object] = []
        self.setOptionValue("output_flag", False)


@dataclass(frozen=True, slots=True)
class Limits:
    """How long the solver looks at one programme.

    Parameters
    ----------
    nodes
        Branches looked at: the limit that is the same on every machine.
    seconds
        The limit that is not; only where it is reached can two runs differ.
    """

    nodes: int = 5_000
    seconds: float = 60.0


@dataclass(frozen=True, slots=True)
class Model:
    """Minimise ``costs`` · z subject to ``matrix`` z ≥ ``lower``, 0 ≤ z ≤ 1, and z whole where ``is_whole``."""

    costs: Floats
    matrix: csr_array
    lower: Floats
    is_whole: Flags

    def with_at_most(self, columns: int, count: int) -> Model:
        """Return the same with at most ``count`` of the first ``columns``."""
        width = len(self.costs)
        row = csr_array((-np.ones(columns), (np.zeros(columns, dtype=int), np.arange(columns))), shape=(1, width))
        return replace(self, matrix=csr_array(vstack([self.matrix, row])), lower=np.append(self.lower, -float(count)))


@dataclass(frozen=True, slots=True)
class Found:
    """What the solver found.

    Parameters
    ----------
    values
        Of the columns; ``None`` where it found none in time.
    bound
        No values cost less.
    duals
        Of the rows, where the programme was relaxed; empty otherwise.
    """

    values: Floats | None
    bound: float
    duals: Floats

    def whole_bound(self) -> int:
        """Return the bound of costs that are whole numbers."""
        return math.ceil(self.bound - EDGE)


def least(
    model: Model,
    limits: Limits,
    *,
    is_relaxed: bool = False,
    is_integral: bool = False,
) -> Found:
    """Return the least values of a programme.

    Parameters
    ----------
    model, limits
        The programme, and how long to look.
    is_relaxed
        Whether columns may take any value between 0 and 1, which gives the duals.
    is_integral
        Whether the cost of a solution is a whole number, so that less than one away is proof.

    Notes
    -----
    No solution is given to begin with: HiGHS 1.16.0 then tells the cost of a better one but hands the first one back.
    """
    highs = _Quiet()
    for name, value in (
        ("threads", 1),
        ("parallel", "off"),
        ("time_limit", limits.seconds),
        ("mip_max_nodes", limits.nodes),
        ("mip_rel_gap", 0.0),
        ("mip_abs_gap", SURELY_LESS if is_integral else EDGE),
    ):
        highs.setOptionValue(name, value)
    highs.passModel(_program(model, is_relaxed=is_relaxed))
    highs.run()
    info, solution = highs.getInfo(), highs.getSolution()
    is_found = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    values = np.array(solution.col_value) if is_found else None
    if is_relaxed:
        is_best = highs.getModelStatus() == highspy.HighsModelStatus.kOptimal
        duals = np.array(solution.row_dual) if is_best else np.zeros(len(model.lower))
        return Found(values, info.objective_function_value if is_best else _least_sum(model), duals)
    bound = info.mip_dual_bound if math.isfinite(info.mip_dual_bound) else _least_sum(model)
    return Found(values, max(bound, _least_sum(model)), np.empty(0))


def _least_sum(model: Model) -> float:
    """Return what no values can cost less than, whatever the rows say."""
    return float(np.minimum(model.costs, 0.0).sum())


def _program(model: Model, *, is_relaxed: bool) -> highspy.HighsLp:
    program = highspy.HighsLp()
    rows, columns = model.matrix.shape
    program.num_row_, program.num_col_ = rows, columns
    program.col_cost_ = model.costs
    program.col_lower_, program.col_upper_ = np.zeros(columns), np.ones(columns)
    program.row_lower_, program.row_upper_ = model.lower, np.full(rows, highspy.kHighsInf)
    program.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    program.a_matrix_.start_ = model.matrix.indptr.astype(np.int32)
    program.a_matrix_.index_ = model.matrix.indices.astype(np.int32)
    program.a_matrix_.value_ = model.matrix.data.astype(np.float64)
    if not is_relaxed:
        kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
        program.integrality_ = [kinds[int(whole)] for whole in model.is_whole]
    return program
