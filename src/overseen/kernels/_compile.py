"""The one way in which kernels are compiled: without the GIL, cached, never with ``parallel=True``.

Numba's workqueue layer aborts the process when a parallel kernel is called from two threads, so callers chunk their work
over threads instead; that is as fast and gives progress and cancellation for free.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba

FunctionT = TypeVar("FunctionT", bound=Callable[..., Any])


def kernel(function: FunctionT) -> FunctionT:
    """Compile ``function`` on first use; a division by zero gives inf or nan, as in numpy."""
    return cast("FunctionT", numba.njit(nogil=True, cache=True, error_model="numpy")(function))


def inlined(function: FunctionT) -> FunctionT:
    """Compile ``function`` into every kernel that calls it.

    For the small steps of a hot loop: a call that is not inlined hands over each array of a bundle and counts references to
    it, which was measured at four times the cost of the step itself.
    """
    return cast("FunctionT", numba.njit(nogil=True, cache=True, error_model="numpy", forceinline=True)(function))
