"""Overture's road segments: cut at their connectors, with what their rules say of parts of them.

Schema: https://docs.overturemaps.org/schema/reference/transportation/segment/
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from overseen.sources.line_pieces import CutLines, cut_at

NESTED = ("connectors", "road_flags", "level_rules", "access_restrictions")
"""Columns of a segment that are lists of rules."""

CONNECTOR_TOLERANCE_M = 0.5
"""A connector lies on a vertex; its share of the length was measured on the ellipsoid, not in the plane."""

Flags = NDArray[np.bool_]
Integers = NDArray[np.int64]
Floats = NDArray[np.float64]


class OvertureLines(NamedTuple):
    """Segments cut at their connectors; per piece, whether it lies under the sky and whether a person may walk along it."""

    cut: CutLines
    is_open_air: Flags
    is_walkable: Flags


def has_connectors(nested: pa.Table | None) -> bool:
    """Return whether segments name their connectors with their places."""
    if nested is None or "connectors" not in nested.column_names:
        return False
    kind = nested.schema.field("connectors").type
    return bool(
        pa.types.is_list(kind) and pa.types.is_struct(kind.value_type) and kind.value_type.get_field_index("at") >= 0
    )


def overture_lines(lines: NDArray[np.object_], nested: pa.Table) -> OvertureLines:
    """Return segments, one LineString for each row of ``nested``, as pieces between connectors."""
    row, connector = _rules(nested, "connectors")
    name = pc.struct_field(connector, "connector_id").to_pandas()
    share = _numbers(connector, "at", np.nan)
    is_placed = ~np.isnan(share) & name.notna().to_numpy()
    node = pd.factorize(name[is_placed], sort=True)[0]
    cut = cut_at(lines, line=row[is_placed], share=share[is_placed], node=node.astype(np.int64),
                 tolerance_m=CONNECTOR_TOLERANCE_M)  # fmt: skip
    is_hidden = _flagged(nested, cut, ("is_tunnel", "is_covered", "is_indoor")) | _below(nested, cut)
    is_gone = _flagged(nested, cut, ("is_under_construction", "is_abandoned"))
    return OvertureLines(cut, ~is_hidden, ~is_gone & ~_denied(nested, cut))


def _rules(nested: pa.Table, name: str) -> tuple[Integers, pa.StructArray]:
    """Return the rules of a column of lists, and the row that each belongs to."""
    column = nested.column(name).combine_chunks()
    return pc.list_parent_indices(column).to_numpy().astype(np.int64), pc.list_flatten(column)


def _numbers(rules: pa.StructArray, name: str, missing: float) -> Floats:
    values = pc.struct_field(rules, name).to_numpy(zero_copy_only=False).astype(np.float64)
    return np.where(np.isnan(values), missing, values)


def _spans(rules: pa.StructArray) -> Floats:
    """Return which part of its segment each rule is for, shares, (n, 2); all of it where nothing is said."""
    spans = np.tile([0.0, 1.0], (len(rules), 1))
    if rules.type.get_field_index("between") >= 0:
        between = pc.struct_field(rules, "between")
        is_said = pc.equal(pc.list_value_length(between), 2).fill_null(False).to_numpy(zero_copy_only=False)
        spans[is_said] = pc.list_flatten(between.filter(pa.array(is_said))).to_numpy().reshape(-1, 2)
    return spans


def _within(cut: CutLines, row: Integers, spans: Floats) -> Flags:
    """Return for which pieces a rule holds on more than half of their length."""
    rules = pd.DataFrame({"line": row, "low": spans[:, 0], "high": spans[:, 1]})
    pieces = pd.DataFrame(
        {"line": cut.line, "piece": np.arange(len(cut.line)), "begin": cut.share[:, 0], "end": cut.share[:, 1]}
    )
    both = pieces.merge(rules, on="line")
    covered = np.minimum(both["end"], both["high"]) - np.maximum(both["begin"], both["low"])
    is_held = np.zeros(len(pieces), dtype=bool)
    is_held[both.loc[covered > 0.5 * (both["end"] - both["begin"]), "piece"]] = True
    return is_held


def _flagged(nested: pa.Table, cut: CutLines, flags: Sequence[str]) -> Flags:
    """Return which pieces carry one of some flags."""
    if "road_flags" not in nested.column_names:
        return np.zeros(len(cut.line), dtype=bool)
    row, rules = _rules(nested, "road_flags")
    values = pc.struct_field(rules, "values")
    is_meant = np.zeros(len(rules), dtype=bool)
    named = pc.is_in(pc.list_flatten(values), pa.array(list(flags))).to_numpy(zero_copy_only=False)
    is_meant[pc.list_parent_indices(values).to_numpy()[named]] = True
    return _within(cut, row[is_meant], _spans(rules)[is_meant])


def _below(nested: pa.Table, cut: CutLines) -> Flags:
    """Return which pieces lie below ground."""
    if "level_rules" not in nested.column_names:
        return np.zeros(len(cut.line), dtype=bool)
    row, rules = _rules(nested, "level_rules")
    is_meant = _numbers(rules, "value", 0.0) < 0.0
    return _within(cut, row[is_meant], _spans(rules)[is_meant])


def _denied(nested: pa.Table, cut: CutLines) -> Flags:
    """Return along which pieces nobody may walk: access is denied to all or on foot, and not allowed on foot."""
    if "access_restrictions" not in nested.column_names:
        return np.zeros(len(cut.line), dtype=bool)
    row, rules = _rules(nested, "access_restrictions")
    kind = pc.struct_field(rules, "access_type").to_pandas()
    for_all, on_foot = _who(rules)
    is_denied = (kind == "denied").to_numpy() & (for_all | on_foot)
    is_allowed = kind.isin(["allowed", "designated"]).to_numpy() & on_foot
    spans = _spans(rules)
    return _within(cut, row[is_denied], spans[is_denied]) & ~_within(cut, row[is_allowed], spans[is_allowed])


def _who(rules: pa.StructArray) -> tuple[Flags, Flags]:
    """Return which rules hold for everybody at all times, and which hold on foot and under no further condition."""
    if rules.type.get_field_index("when") < 0:
        return np.ones(len(rules), dtype=bool), np.zeros(len(rules), dtype=bool)
    when = pc.struct_field(rules, "when")
    names = [field.name for field in when.type]
    is_said = {name: pc.struct_field(when, name).is_valid().to_numpy(zero_copy_only=False) for name in names}
    is_bound = np.zeros(len(rules), dtype=bool)
    for name in names:
        if name != "mode":
            is_bound |= is_said[name]
    on_foot = np.zeros(len(rules), dtype=bool)
    if "mode" in names:
        mode = pc.struct_field(when, "mode")
        named = pc.equal(pc.list_flatten(mode), "foot").fill_null(False).to_numpy(zero_copy_only=False)
        on_foot[pc.list_parent_indices(mode).to_numpy()[named]] = True
    for_all = ~is_bound & ~is_said.get("mode", np.zeros(len(rules), dtype=bool))
    return for_all, on_foot & ~is_bound
