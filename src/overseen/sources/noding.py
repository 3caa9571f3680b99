"""Noding: lines are cut where they meet, cross or all but meet, so that they form a network to walk on.

Segments that may cross are paired by a tree of their boxes and intersected all at once; ends are dropped onto the lines
beside them; whatever lies within the tolerance is drawn together into one node. Nothing depends on the order of the lines.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from overseen.sources.line_pieces import (
    EXACT_M,
    Flags,
    Floats,
    Integers,
    LineTable,
    NodedLines,
    Shapes,
    as_noded,
    connected_share,
    exact_ends,
    groups,
    is_repeated,
    line_table,
    pieces_at,
)

AT_VERTEX, AT_CROSSING, AT_FOOT, AT_END = range(4)
"""What a meeting is on its line, in the order in which one of them lends its place to the node: ends move, lines do not."""


class _Lines(NamedTuple):
    """Lines, and of each vertex the level of its line and whether that line is crossed."""

    table: LineTable
    level: Integers
    is_crossed: Flags


class _Segments(NamedTuple):
    """Segments by their first vertex, and a tree of them."""

    start: Integers
    shapes: Shapes
    tree: shapely.STRtree


class _Meetings(NamedTuple):
    """Places on lines that become nodes: how far along (vertex number and fraction), where, and what they are; which are one."""

    at: Floats
    xy: Floats
    kind: Integers
    links: Integers


class _Cut(NamedTuple):
    """Pieces, the line of each, the nodes at its ends, (n, 2); where each node is, (k, 2), and whether lines crossed there."""

    pieces: Shapes
    line: Integers
    ends: Integers
    place: Floats
    is_crossing: Flags


def noded(
    lines: Shapes, *, level: Integers, is_crossed: Flags, tolerance_m: float, rank: Integers | None = None
) -> NodedLines:
    """Return lines cut and joined into a network.

    Two lines of one level are joined where they share a vertex, where one ends on the other or within the tolerance of it
    and, if both ``is_crossed``, where they cross. Lines of two levels are joined only where an end of one is an end of the
    other (within the tolerance) or one of its vertices. No point moves by more than a few times the tolerance.

    Parameters
    ----------
    lines
        LineStrings of some length, in metres, (n,).
    level
        A number that only lines on the same level share, (n,).
    is_crossed
        Whether a line meets those of its level wherever they cross it, (n,).
    tolerance_m
        Ends nearer to a line than this are on it; nodes nearer to one another are one.
    rank
        Which of two lines that run together is kept: the lower, (n,); by default the first.
    """
    if len(lines) == 0:
        return as_noded(lines, np.empty((0, 2), dtype=np.int64), level=level, rank=level)
    table = line_table(lines)
    traits = _Lines(table, level[table.line], is_crossed[table.line])
    tolerance_m = max(tolerance_m, EXACT_M)
    segments = _segments(table)
    meetings = _unified([_ends(table), _crossings(traits, segments), _shared_vertices(traits),
                         _touches(traits, segments, tolerance_m)])  # fmt: skip
    node = _nodes(traits, meetings, tolerance_m)
    place, is_crossing = _places(meetings, node)
    cut = _Cut(*pieces_at(table, meetings.at, meetings.xy, node, place), place, is_crossing)
    cut, vanished = _lasting(cut, tolerance_m)
    rank = np.arange(len(lines)) if rank is None else rank
    is_again = is_repeated(cut.pieces, cut.ends, level[cut.line], rank[cut.line])
    cut, _ = _lasting(_uncrossed(_chosen(cut, ~is_again), level, is_crossed), 0.0)
    before = exact_ends(lines)
    return NodedLines(
        cut.pieces,
        cut.line,
        *_numbered(cut.ends, cut.place),
        crossings=int(np.sum(cut.is_crossing[np.unique(cut.ends)])),
        ends_joined=_ends_joined(before, node[meetings.kind == AT_END], cut.ends),
        repeated=int(np.sum(is_again)),
        vanished=vanished,
        share_before=connected_share(before, shapely.length(lines)),
        share_after=connected_share(cut.ends, shapely.length(cut.pieces)),
    )


def _chosen(cut: _Cut, is_kept: Flags) -> _Cut:
    return cut._replace(pieces=cut.pieces[is_kept], line=cut.line[is_kept], ends=cut.ends[is_kept])


def _uncrossed(cut: _Cut, level: Integers, is_crossed: Flags) -> _Cut:
    """Return pieces of which those that still cross are cut once more: an end that was moved may have crossed another line."""
    table = line_table(cut.pieces)
    line = cut.line[table.line]
    traits = _Lines(table, level[line], is_crossed[line])
    crossings = _crossings(traits, _segments(table))
    start = np.floor(crossings.at).astype(np.int64)
    from_ends_m = np.minimum(*[np.hypot(*(crossings.xy - table.xy[start + end]).T) for end in (0, 1)])
    is_inside = from_ends_m[crossings.links].min(axis=1) > EXACT_M
    kept = crossings.links[is_inside].T.ravel()
    if len(kept) == 0:
        return cut
    fresh = groups(np.column_stack([np.rint(crossings.xy[kept] / EXACT_M), traits.level[start[kept]]]))
    count = len(cut.place)
    at = np.concatenate([table.first, table.last, crossings.at[kept]])
    node = np.concatenate([cut.ends[:, 0], cut.ends[:, 1], count + fresh])
    place = np.vstack([cut.place, np.zeros((int(fresh.max()) + 1, 2))])
    order = np.lexsort(crossings.xy[kept].T)[::-1]
    place[count + fresh[order]] = crossings.xy[kept][order]
    pieces, piece, ends = pieces_at(table, at, place[node], node, place)
    is_crossing = np.concatenate([cut.is_crossing, np.ones(len(place) - count, dtype=bool)])
    return _Cut(pieces, cut.line[piece], ends, place, is_crossing)


def _segments(table: LineTable) -> _Segments:
    start = np.flatnonzero(table.line[1:] == table.line[:-1])
    shapes = np.asarray(shapely.linestrings(np.stack([table.xy[start], table.xy[start + 1]], axis=1)), dtype=object)
    return _Segments(start, shapes, shapely.STRtree(shapes))


NO_LINKS = np.empty((0, 2), dtype=np.int64)


def _ends(table: LineTable) -> _Meetings:
    at = np.concatenate([table.first, table.last])
    return _Meetings(at.astype(np.float64), table.xy[at], np.full(len(at), AT_END), NO_LINKS)


def _crossings(lines: _Lines, segments: _Segments) -> _Meetings:
    """Return where segments of one level cross inside both: two meetings a crossing, linked."""
    table = lines.table
    one, other = segments.tree.query(segments.shapes)
    is_pair = one < other
    one, other = segments.start[one[is_pair]], segments.start[other[is_pair]]
    is_pair = (lines.level[one] == lines.level[other]) & lines.is_crossed[one] & lines.is_crossed[other]
    one, other = one[is_pair], other[is_pair]
    # The point is computed from the segment that comes first on the map, so that no order of lines changes its last digit.
    is_swapped = _comes_after(table, one, other)
    one, other = np.where(is_swapped, other, one), np.where(is_swapped, one, other)
    along, beside = table.xy[one + 1] - table.xy[one], table.xy[other + 1] - table.xy[other]
    between = table.xy[other] - table.xy[one]
    with np.errstate(divide="ignore", invalid="ignore"):
        turn = _cross(along, beside)
        share, other_share = _cross(between, beside) / turn, _cross(between, along) / turn
    is_inside = (share > 0.0) & (share < 1.0) & (other_share > 0.0) & (other_share < 1.0)
    one, other, share, other_share = one[is_inside], other[is_inside], share[is_inside], other_share[is_inside]
    xy = table.xy[one] + share[:, None] * along[is_inside]
    count = len(one)
    links = np.column_stack([np.arange(count), np.arange(count) + count])
    at = np.concatenate([one + share, other + other_share])
    return _Meetings(at, np.vstack([xy, xy]), np.full(2 * count, AT_CROSSING), links)


def _comes_after(table: LineTable, one: Integers, other: Integers) -> Flags:
    keys = [(table.xy[one + end, axis], table.xy[other + end, axis]) for end in (0, 1) for axis in (0, 1)]
    is_after = np.zeros(len(one), dtype=bool)
    is_decided = np.zeros(len(one), dtype=bool)
    for first, second in keys:
        is_after |= ~is_decided & (first > second)
        is_decided |= first != second
    return is_after


def _cross(one: Floats, other: Floats) -> Floats:
    product: Floats = one[:, 0] * other[:, 1] - one[:, 1] * other[:, 0]
    return product


def _shared_vertices(lines: _Lines) -> _Meetings:
    """Return vertices at which two lines of one level, or a line twice, have one."""
    table = lines.table
    group = groups(np.column_stack([np.rint(table.xy / EXACT_M), lines.level]))
    shared = np.flatnonzero(np.bincount(group)[group] > 1)
    return _Meetings(shared.astype(np.float64), table.xy[shared], np.full(len(shared), AT_VERTEX), NO_LINKS)


def _touches(lines: _Lines, segments: _Segments, tolerance_m: float) -> _Meetings:
    """Return where ends lie on or near other lines, and inner vertices on them: the end and its foot, linked."""
    table = lines.table
    vertex, segment = segments.tree.query(shapely.points(table.xy), predicate="dwithin", distance=tolerance_m)
    start = segments.start[segment]
    is_other = (start != vertex) & (start != vertex - 1)
    vertex, start = vertex[is_other], start[is_other]
    share, gap_m = _foot(table.xy[vertex], table.xy[start], table.xy[start + 1])
    to_ends_m = [np.hypot(*(table.xy[vertex] - table.xy[start + end]).T) for end in (0, 1)]
    is_end = (vertex == table.first[table.line[vertex]]) | (vertex == table.last[table.line[vertex]])
    is_level = lines.level[vertex] == lines.level[start]
    reach_m = np.where(is_end & is_level, tolerance_m, EXACT_M)
    nearer = np.where(to_ends_m[0] <= to_ends_m[1], 0, 1)
    is_at_vertex = np.minimum(*to_ends_m) <= reach_m
    # An inner vertex on an inner vertex is for the shared vertices to tell.
    is_taken = np.where(is_at_vertex, is_end, is_level & (gap_m <= reach_m) & (share > 0.0) & (share < 1.0))
    vertex, start, share = vertex[is_taken], start[is_taken], share[is_taken]
    is_at_vertex, nearer = is_at_vertex[is_taken], nearer[is_taken]
    at = np.where(is_at_vertex, start + nearer, start + share)
    foot = np.where(is_at_vertex[:, None], table.xy[start + nearer],
                    table.xy[start] + share[:, None] * (table.xy[start + 1] - table.xy[start]))  # fmt: skip
    count = len(vertex)
    return _Meetings(
        np.concatenate([vertex.astype(np.float64), at]),
        np.vstack([table.xy[vertex], foot]),
        np.concatenate([np.full(count, AT_VERTEX), np.where(is_at_vertex, AT_VERTEX, AT_FOOT)]),
        np.column_stack([np.arange(count), np.arange(count) + count]),
    )


def _foot(point: Floats, start: Floats, end: Floats) -> tuple[Floats, Floats]:
    """Return how far along its segment each point's foot is, 0..1, and its distance from it."""
    along = end - start
    share = np.clip(np.sum((point - start) * along, axis=1) / np.sum(along * along, axis=1), 0.0, 1.0)
    return share, np.hypot(*(point - start - share[:, None] * along).T)


def _unified(parts: list[_Meetings]) -> _Meetings:
    """Return all meetings, those at one place of one line as one, in order along the lines."""
    offsets = np.cumsum([0, *[len(part.at) for part in parts[:-1]]])
    at, xy, kind = (np.concatenate([part[field] for part in parts]) for field in range(3))
    links = np.vstack([part.links + offset for part, offset in zip(parts, offsets, strict=True)])
    at_end = np.isin(at, parts[0].at)
    order = np.lexsort([xy[:, 1], xy[:, 0], kind, at])
    is_first = np.ones(len(at), dtype=bool)
    is_first[1:] = at[order[1:]] != at[order[:-1]]
    number = np.empty(len(at), dtype=np.int64)
    number[order] = np.cumsum(is_first) - 1
    kept = order[is_first]
    return _Meetings(at[kept], xy[kept], np.where(at_end, AT_END, kind)[kept], number[links])


def _nodes(lines: _Lines, meetings: _Meetings, tolerance_m: float) -> Integers:
    """Return the node of each meeting: those that are linked, or of one level or both ends and nearer than the tolerance."""
    near = cKDTree(meetings.xy).query_pairs(tolerance_m, output_type="ndarray").astype(np.int64).reshape(-1, 2)
    level = lines.level[np.floor(meetings.at).astype(np.int64)]
    is_end = meetings.kind == AT_END
    is_one = (level[near[:, 0]] == level[near[:, 1]]) | (is_end[near[:, 0]] & is_end[near[:, 1]])
    links = np.vstack([meetings.links, near[is_one]])
    count = len(meetings.at)
    graph = coo_array((np.ones(len(links), dtype=np.int8), (links[:, 0], links[:, 1])), shape=(count, count))
    return connected_components(graph, directed=False)[1].astype(np.int64)


def _places(meetings: _Meetings, node: Integers) -> tuple[Floats, Flags]:
    """Return where each node is, (k, 2), and whether it is a crossing at which no line ended."""
    order = np.lexsort([meetings.xy[:, 1], meetings.xy[:, 0], meetings.kind, node])
    first = order[np.r_[True, node[order[1:]] != node[order[:-1]]]]
    count = len(first)
    has_crossing = np.bincount(node, meetings.kind == AT_CROSSING, minlength=count) > 0
    has_end = np.bincount(node, meetings.kind == AT_END, minlength=count) > 0
    return meetings.xy[first], has_crossing & ~has_end


def _lasting(cut: _Cut, tolerance_m: float) -> tuple[_Cut, int]:
    """Return the pieces without those that shrank into a node, and how many of these had a length."""
    length_m = shapely.length(cut.pieces)
    is_kept = (cut.ends[:, 0] != cut.ends[:, 1]) | (length_m > 2.0 * tolerance_m)
    vanished = int(np.sum(~is_kept & (length_m > EXACT_M)))
    return _chosen(cut, is_kept), vanished


def _numbered(ends: Integers, place: Floats) -> tuple[Integers, Integers]:
    """Return the nodes at the pieces' ends, numbered from 0 from west to east, of one easting from south to north."""
    used = np.unique(ends)
    number = np.empty(len(place), dtype=np.int64)
    number[used[np.lexsort(place[used].T[::-1])]] = np.arange(len(used))
    return number[ends[:, 0]], number[ends[:, 1]]


def _ends_joined(before: Integers, node: Integers, ends: Integers) -> int:
    """Return how many ends of lines met no other end before, and now are at a node of several pieces."""
    degree = np.bincount(ends.ravel(), minlength=int(node.max()) + 1 if len(node) else 0)
    was_alone = np.bincount(before.ravel())[before.ravel()] == 1
    return int(np.sum(was_alone & (degree[node] > 1)))
