"""Lines as arrays: cut into pieces at their nodes, and what can be said of pieces that form a network."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]
Shapes = NDArray[np.object_]

EXACT_M = 1e-3
"""Points nearer than this are the same point: less than any map says, more than a projection loses."""


class LineTable(NamedTuple):
    """Vertices of lines in one array, (m, 2), the line of each, (m,), and the first and last vertex of each line, (n,)."""

    xy: Floats
    line: Integers
    first: Integers
    last: Integers


@dataclass(frozen=True, slots=True)
class NodedLines:
    """Pieces that meet at their ends alone.

    Parameters
    ----------
    geometry
        Course of each piece, (n,).
    line
        Number of the line that it is a piece of, (n,), rising; pieces of a line follow one another along it.
    from_node, to_node
        Nodes, numbered from 0 from south-west to north-east, (n,).
    crossings
        How many places there are where two lines crossed without either having an end there.
    ends_joined
        How many ends of lines ended alone and now meet another line.
    repeated
        How many pieces were left out because another of the same level runs where they do.
    vanished
        How many pieces were left out because they are shorter than the tolerance.
    share_before, share_after
        Share of the length that hangs together, 0..1: the largest connected part by the lines' own ends, and now.
    """

    geometry: Shapes
    line: Integers
    from_node: Integers
    to_node: Integers
    crossings: int
    ends_joined: int
    repeated: int
    vanished: int
    share_before: float
    share_after: float


def exact_ends(lines: Shapes) -> Integers:
    """Return a number for each place where lines start and end, (n, 2); only ends at one place share it."""
    ends = np.vstack([shapely.get_coordinates(shapely.get_point(lines, end)) for end in (0, -1)])
    return groups(np.rint(ends / EXACT_M)).reshape(2, -1).T


def connected_share(ends: Integers, length_m: Floats) -> float:
    """Return the share of the length in the largest connected part, 0..1; 1 where there is no length."""
    if length_m.sum() <= 0.0:
        return 1.0
    # A file's own node numbers may be huge.
    node = np.unique(ends, return_inverse=True)[1].reshape(ends.shape)
    count = int(node.max()) + 1
    links = coo_array((np.ones(len(node), dtype=np.int8), (node[:, 0], node[:, 1])), shape=(count, count))
    part = connected_components(links, directed=False)[1][node[:, 0]]
    return float(np.bincount(part, length_m).max() / length_m.sum())


def groups(rows: Floats) -> Integers:
    """Return a number for each row, shared by equal rows alone, (n,)."""
    order = np.lexsort(rows.T)
    is_new = np.ones(len(rows), dtype=bool)
    is_new[1:] = np.any(rows[order[1:]] != rows[order[:-1]], axis=1)
    group = np.empty(len(rows), dtype=np.int64)
    group[order] = np.cumsum(is_new) - 1
    return group


def line_table(lines: Shapes) -> LineTable:
    """Return the vertices of LineStrings of some length."""
    xy, line = shapely.get_coordinates(lines, return_index=True)
    is_new = np.ones(len(xy), dtype=bool)
    # A vertex given twice makes a segment of no length, which has no direction.
    is_new[1:] = (line[1:] != line[:-1]) | np.any(xy[1:] != xy[:-1], axis=1)
    xy, line = xy[is_new], line[is_new].astype(np.int64)
    first = np.searchsorted(line, np.arange(len(lines)))
    last = np.searchsorted(line, np.arange(len(lines)), side="right") - 1
    return LineTable(xy, line, first, last)


def pieces_at(
    table: LineTable, at: Floats, xy: Floats, node: Integers, place: Floats
) -> tuple[Shapes, Integers, Integers]:
    """Return lines cut at their nodes, the line of each piece, and the nodes at its ends, (n, 2).

    Parameters
    ----------
    table
        The lines.
    at, xy, node
        Of each node on a line: how far along (vertex number and fraction), where, and its number, (k,); each end is one.
    place
        Where each node is drawn, (j, 2).
    """
    is_inserted = at != np.floor(at)
    along = np.concatenate([np.arange(len(table.xy), dtype=np.float64), at[is_inserted]])
    stop = np.concatenate([np.full(len(table.xy), -1), node[is_inserted]])
    stop[at[~is_inserted].astype(np.int64)] = node[~is_inserted]
    xy = np.vstack([table.xy, xy[is_inserted]])
    order = np.argsort(along, kind="stable")
    xy, stop, line = xy[order], stop[order], table.line[np.floor(along[order]).astype(np.int64)]
    xy[stop >= 0] = place[stop[stop >= 0]]
    stops = np.flatnonzero(stop >= 0)
    begin, finish = stops[:-1], stops[1:]
    is_piece = line[begin] == line[finish]
    begin, finish = begin[is_piece], finish[is_piece]
    sizes = finish - begin + 1
    number = np.repeat(np.arange(len(begin)), sizes)
    within = np.arange(sizes.sum()) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    pieces = shapely.linestrings(xy[np.repeat(begin, sizes) + within], indices=number)
    return pieces, line[begin], np.column_stack([stop[begin], stop[finish]])


def is_repeated(pieces: Shapes, ends: Integers, level: Integers, rank: Integers) -> Flags:
    """Return whether another piece of the same level with a lower rank runs from node to node along the same course."""
    ends, length_m = np.sort(ends, axis=1), shapely.length(pieces)
    order = np.lexsort([length_m, level, ends[:, 1], ends[:, 0]])
    one, other = order[:-1], order[1:]
    is_same = (
        np.all(ends[one] == ends[other], axis=1)
        & (level[one] == level[other])
        & (length_m[other] - length_m[one] <= 2.0 * EXACT_M)
    )
    alike = np.flatnonzero(is_same)
    is_same[alike] = shapely.hausdorff_distance(pieces[one[alike]], pieces[other[alike]]) <= 2.0 * EXACT_M
    run = np.empty(len(pieces), dtype=np.int64)
    run[order] = np.cumsum(np.r_[True, ~is_same][: len(pieces)])
    order = np.lexsort([rank, run])
    is_later = np.zeros(len(pieces), dtype=bool)
    is_later[order[1:]] = run[order[1:]] == run[order[:-1]]
    return is_later


class CutLines(NamedTuple):
    """Pieces of lines, the line of each, the nodes at its ends, (n, 2), and where on the line it runs, shares of it, (n, 2)."""

    geometry: Shapes
    line: Integers
    ends: Integers
    share: Floats


def cut_at(lines: Shapes, *, line: Integers, share: Floats, node: Integers, tolerance_m: float) -> CutLines:
    """Return lines cut where their nodes are stated; the ends of lines of which none is stated become nodes of their own.

    Parameters
    ----------
    lines
        LineStrings of some length, in metres, (n,).
    line, share, node
        For each node on a line: the line, how far along it 0..1, and the number of the node, from 0, (k,).
    tolerance_m
        A vertex nearer than this, along the line, is the place that is meant.
    """
    table = line_table(lines)
    at = _positions(table, line, share, tolerance_m)
    bare = np.setdiff1d(np.concatenate([table.first, table.last]).astype(np.float64), at)
    at = np.concatenate([at, bare])
    node = np.concatenate([node, np.arange(len(bare)) + (int(node.max()) + 1 if len(node) else 0)])
    order = np.lexsort([node, at])
    order = order[np.r_[True, at[order[1:]] != at[order[:-1]]]]
    at, node = at[order], node[order]
    start = np.floor(at).astype(np.int64)
    rest = (at - start)[:, None]
    xy = table.xy[start] + rest * (table.xy[np.minimum(start + 1, len(table.xy) - 1)] - table.xy[start])
    place = np.zeros((int(node.max()) + 1, 2))
    order = np.lexsort([xy[:, 1], xy[:, 0]])[::-1]
    place[node[order]] = xy[order]
    pieces, line, ends = pieces_at(table, at, xy, node, place)
    length_m = shapely.length(pieces)
    finish_m = np.cumsum(length_m)
    is_new = np.r_[True, line[1:] != line[:-1]]
    begin_m = (finish_m - length_m) - (finish_m - length_m)[is_new][np.cumsum(is_new) - 1]
    total_m = np.bincount(line, length_m, minlength=len(lines))[line]
    return CutLines(pieces, line, ends, np.column_stack([begin_m, begin_m + length_m]) / total_m[:, None])


def _positions(table: LineTable, line: Integers, share: Floats, tolerance_m: float) -> Floats:
    """Return where on their lines shares of the length are, as numbers of vertices with fractions."""
    step_m = np.hypot(*np.diff(table.xy, axis=0, prepend=table.xy[:1]).T)
    step_m[table.first] = 0.0
    along_m = np.cumsum(step_m)
    first, last = table.first[line], table.last[line]
    target_m = along_m[first] + np.clip(share, 0.0, 1.0) * (along_m[last] - along_m[first])
    after = np.clip(np.searchsorted(along_m, target_m), first + 1, last)
    before_m, after_m = along_m[after - 1], along_m[after]
    rest = np.clip((target_m - before_m) / (after_m - before_m), 0.0, 1.0)
    is_before, is_after = target_m - before_m <= tolerance_m, after_m - target_m <= tolerance_m
    nearer = np.where(rest <= 0.5, after - 1, after)
    return np.where((is_before & (rest <= 0.5)) | (is_after & (rest > 0.5)), nearer, after - 1 + rest)


def as_noded(pieces: Shapes, ends: Integers, *, level: Integers, rank: Integers) -> NodedLines:
    """Return lines whose nodes are known, (n, 2), as they are, without those that repeat another."""
    kept = np.flatnonzero(~is_repeated(pieces, ends, level, rank))
    share = connected_share(ends, shapely.length(pieces))
    return NodedLines(
        pieces[kept],
        kept,
        ends[kept, 0],
        ends[kept, 1],
        crossings=0,
        ends_joined=0,
        repeated=len(pieces) - len(kept),
        vanished=0,
        share_before=share,
        share_after=share,
    )
