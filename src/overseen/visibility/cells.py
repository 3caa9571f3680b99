"""Fixed square cells: the units in which a city is worked through, whatever the tiling.

Cells hang on the frame's own axes, never on the data, and a tile is nothing but a group of cells. Each cell is computed by
itself and sums run over cells in order, so any number of tiles or workers gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
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
    order = np.lexsort((np.arange(len(cell)), cell[:, 0], cell[:, 1]))
    edges = np.flatnonzero(np.any(np.diff(cell[order], axis=0) != 0, axis=1)) + 1
    return np.split(order, edges)


def mapped(
    function: Callable[[NDArray[np.intp]], ResultT],
    cells: Sequence[NDArray[np.intp]],
    *,
    executor: Executor | None,
    tiles: int,
    tell: Callable[[int, int], None],
) -> Iterator[ResultT]:
    """Yield ``function`` of every cell in order, tile after tile; the cells of one tile run side by side.

    Parameters
    ----------
    function
        Called with the rows of one cell.
    cells
        As :func:`cells_of` returns them.
    executor
        Where the cells of a tile run; ``None`` runs them here.
    tiles
        Number of groups the cells are cut into; bounds what is held at a time.
    tell
        Called with cells done and cells in all.
    """
    done = 0
    for tile in np.array_split(np.arange(len(cells)), max(1, min(tiles, len(cells)))):
        chosen = [cells[int(cell)] for cell in tile]
        results = map(function, chosen) if executor is None else executor.map(function, chosen)
        for result in results:
            done += 1
            tell(done, len(cells))
            yield result
