"""Fixed square cells: the units in which a city is worked through, whatever the tiling.

Cells hang on the frame's own axes, never on the data, and a tile is nothing but a group of cells. Each cell is computed by
itself and sums run over cells in order, so any number of tiles or workers gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

ResultT = TypeVar("ResultT")

CELL_M = 500.0
"""Width of a cell: small enough that its draws fit in memory, large enough that its neighbourhood is not the whole work."""


def cells_of(position: NDArray[np.float64]) -> list[NDArray[np.intp]]:
    """Return the rows of ``position`` (n, 2), m, cell by cell: by row, then column; within a cell in their order.

    Examples
    --------
    >>> import numpy as np
    >>> [rows.tolist() for rows in cells_of(np.array([[0.0, 0.0], [600.0, 0.0], [1.0, 1.0]]))]
    [[0, 2], [1]]
    """
    if len(position) == 0:
        return []
    cell = np.floor(position / CELL_M).astype(np.int64)
    # One number for each cell, in the order of the cells.
    low, high = cell.min(axis=0), cell.max(axis=0)
    number = (cell[:, 1] - low[1]) * (high[0] - low[0] + 1) + cell[:, 0] - low[0]
    order = np.argsort(number, kind="stable")
    edges = np.flatnonzero(np.diff(number[order])) + 1
    return np.split(order, edges)


def told_nobody(done: int, total: int) -> None:
    """Tell nobody how far the work is."""


@dataclass(frozen=True, slots=True)
class Work:
    """How cells are worked through; none of it changes a result.

    Parameters
    ----------
    executor
        Where the cells of a tile run side by side; ``None`` runs them here, one after another.
    tiles
        Number of groups that the cells are cut into; bounds what is held at a time.
    tell
        Called with cells done and cells in all.
    """

    executor: Executor | None = None
    tiles: int = 1
    tell: Callable[[int, int], None] = told_nobody


HERE = Work()
"""One tile, no side-by-side work, nobody told."""


def mapped(
    function: Callable[[NDArray[np.intp]], ResultT], cells: Sequence[NDArray[np.intp]], work: Work = HERE
) -> Iterator[ResultT]:
    """Yield ``function`` of every cell in order, tile after tile; the cells of one tile run side by side.

    Parameters
    ----------
    function
        Called with the rows of one cell.
    cells
        As :func:`cells_of` returns them.
    work
        Where, in how many tiles, and who is told.
    """
    done = 0
    for tile in np.array_split(np.arange(len(cells)), max(1, min(work.tiles, len(cells)))):
        chosen = [cells[int(cell)] for cell in tile]
        results = map(function, chosen) if work.executor is None else work.executor.map(function, chosen)
        for result in results:
            done += 1
            work.tell(done, len(cells))
            yield result
