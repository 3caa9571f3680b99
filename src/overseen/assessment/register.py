"""The register: who answers for each camera and what is declared of it, every item with its source or why it is not known.

What the list says of a camera goes before what the plan declares for all. Nothing is filled in that neither says.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from overseen.assessment.headline import FindingRows
from overseen.exposure.drawn_streets import PLATE_READER
from overseen.model.cameras import CameraNetwork
from overseen.model.plan import Phase, Plan
from overseen.model.schema import REGISTER, REGISTER_SHARING
from overseen.sources.camera_makes import known_model

SUBJECT = "register"
DECLARED_FOR_ALL = "declared for all"

ITEMS = {
    "operator": "who runs it",
    "supplier": "who supplied it",
    "manufacturer": "who made it",
    "model": "its model",
    "kind": "the kind of its housing",
    "use": "a use beyond surveillance",
    "mount": "what it hangs on",
    "capabilities": "what it can do",
    "sharing": "who else may see what it sees",
    "legal_basis": "its legal basis",
    "retention_days": "how long its recordings are kept",
    "purpose": "a purpose of its own",
    "installed_on": "when it was put up",
    "checked_on": "when it was last seen to be there",
    "phase": "its phase of the roll-out",
}
"""Items of the register whose gaps are counted; ``use`` is none where a camera has no special one."""

GAPS = tuple(item for item in ITEMS if item != "use")

AS_LISTED = ("operator", "manufacturer", "model", "kind", "use", "mount", "installed_on", "checked_on", "status")
"""Items that only the list can say."""

_PURPOSE = re.compile(r"purpose|zweck|finalit|목적|용도", re.IGNORECASE)
"""Headings under which a list says what a camera is for, rather than what it watches."""

_DAY = re.compile(r"\d{4}-\d\d-\d\d")

Words = NDArray[np.object_]


@dataclass(frozen=True, slots=True)
class _Item:
    """Values of one item, None where not known, and where each is from or why it is not known."""

    value: Words
    source: Words


@dataclass(frozen=True, slots=True)
class Register:
    """Tables ``register`` and ``register_sharing``."""

    cameras: pd.DataFrame
    sharing: pd.DataFrame


def register_of(plan: Plan) -> Register:
    """Return the register of a plan's cameras and the parties that run, supply or may see each."""
    network = plan.network
    cameras = network.cameras
    items = {item: find(plan) for item, find in _FINDERS.items()}
    items |= {item: _listed(network, item) for item in AS_LISTED}
    place = cameras.geometry.to_crs(4326)
    columns: dict[str, object] = {
        "longitude_deg": place.x.round(7).to_numpy(),
        "latitude_deg": place.y.round(7).to_numpy(),
        "listed_in": cameras["source"].to_numpy(dtype=object),
    }
    for name, item in items.items():
        columns[name] = item.value
        columns[f"{name}_source"] = item.source
    frame = pd.DataFrame(columns, index=cameras.index, dtype=object)
    numbers = dict.fromkeys(("longitude_deg", "latitude_deg", "retention_days"), float)
    return Register(REGISTER.checked(frame.astype(numbers)), _sharing(plan, items))


def _words(values: Sequence[object] | pd.Series) -> Words:
    found = np.empty(len(values), dtype=object)
    found[:] = [None if value is None or value is pd.NA or value != value or value == "" else value for value in values]  # noqa: PLR0124
    return found


def _is_open(values: Words) -> NDArray[np.bool_]:
    return np.array([value is None for value in values], dtype=bool)


def _either(is_first: NDArray[np.bool_], first: object, second: object) -> Words:
    """Return the first where a flag says so, else the second; either may be one for all."""
    return np.where(is_first, np.asarray(first, dtype=object), np.asarray(second, dtype=object))


def _listed(network: CameraNetwork, item: str) -> _Item:
    """Return what the list says of an item, with the feature and the column or tag that it was read from."""
    value = _words(network.cameras[item])
    if item == "kind":
        value = _words([None if kind == "unknown" else kind for kind in value])
    return _Item(value, _where_listed(network, item, value))


def _where_listed(network: CameraNetwork, item: str, value: Words) -> Words:
    listed = network.cameras["source"].to_numpy(dtype=object)
    own = f"{item}_source"
    if own in network.cameras:
        read = _words(network.cameras[own])
    else:
        by_file = {reading.file: reading.taken_from for reading in network.readings if reading.attribute == item}
        read = _words([_of_file(str(source), by_file) for source in listed])
    said = [source if column is None else f"{source}, {column}" for source, column in zip(listed, read, strict=True)]
    silent = f"not in the list: it does not say {ITEMS[item]}" if item in ITEMS else "not in the list"
    if item == "status":
        return _words([f"{where}; in use unless the list says otherwise" for where in said])
    return _either(_is_open(value), silent, _words(said))


def _of_file(source: str, by_file: dict[str, str]) -> str | None:
    """Return the columns of the file that a camera was read from; the only file there is, if none is named."""
    named = [taken for file, taken in by_file.items() if file in source]
    return (named[0] if named else next(iter(by_file.values())) if len(by_file) == 1 else "") or None


def _term(plan: Plan, item: str, for_all: object | None, place: str) -> _Item:
    """Return what the list says of an item beyond the camera itself, else what the plan declares for all."""
    network = plan.network
    count = len(network.cameras)
    value, source = np.full(count, None, dtype=object), np.full(count, None, dtype=object)
    if network.terms is not None:
        terms = network.terms.reindex(network.cameras.index)
        value, column = _words(terms[item]), _words(terms[f"{item}_source"])
        listed = network.cameras["source"].to_numpy(dtype=object)
        source = _either(_is_open(value), None, _words([f"{a}, {b}" for a, b in zip(listed, column, strict=True)]))
    is_open = _is_open(value)
    if for_all is None:
        return _Item(value, _either(is_open, f"neither the list nor the plan says {ITEMS[item]}", source))
    return _Item(
        _either(is_open, _words([for_all] * count), value),
        _either(is_open, f"{DECLARED_FOR_ALL}: plan file, {place}", source),
    )


def _same(plan: Plan, value: object | None, source: str) -> _Item:
    count = len(plan.network.cameras)
    return _Item(_words([value] * count), _words([source] * count))


def _sharing_item(plan: Plan) -> _Item:
    declared = plan.governance.sharing
    words = None if declared is None else "; ".join(f"{one.party}: {one.what}" for one in declared) or "nobody"
    return _term(plan, "sharing", words, "[governance] sharing")


def _purpose(plan: Plan) -> _Item:
    readings = [reading.taken_from for reading in plan.network.readings if reading.attribute == "zone"]
    if any(_PURPOSE.search(taken) for taken in readings):
        zone = _words(plan.network.cameras["zone"])
        listed = _where_listed(plan.network, "zone", zone)
        rest = _purpose_for_all(plan)
        is_open = _is_open(zone)
        return _Item(_either(is_open, rest.value, zone), _either(is_open, rest.source, listed))
    return _purpose_for_all(plan)


def _purpose_for_all(plan: Plan) -> _Item:
    if len(plan.purposes) == 1:
        return _same(plan, plan.purposes[0].name, f"{DECLARED_FOR_ALL}: plan file, [[purposes]], the only one")
    if plan.purposes:
        return _same(
            plan, None, f"the plan declares {len(plan.purposes)} purposes and not which of them a camera is for"
        )
    return _same(plan, None, f"neither the list nor the plan says {ITEMS['purpose']}")


def _phase(plan: Plan) -> _Item:
    """Return the phase that the list names, else that of the day on which a camera was put up."""
    dated = _dated_phase(plan)
    if "phase" not in plan.network.cameras:
        return dated
    value = _words(plan.network.cameras["phase"])
    is_open = _is_open(value)
    listed = _where_listed(plan.network, "phase", value)
    return _Item(_either(is_open, dated.value, value), _either(is_open, dated.source, listed))


def _dated_phase(plan: Plan) -> _Item:
    phases = sorted(plan.phases, key=lambda phase: phase.start)
    if not phases:
        return _same(plan, None, "not in the list, and the plan declares no phases")
    dates = _words(plan.network.cameras["installed_on"])
    found = [_phase_of(phases, None if date is None else str(date)) for date in dates]
    words = "it was put up on that day or after, before the next phase; plan file, [[phases]]"
    silent = "the list does not say to the day when it was put up, or that was before the first phase"
    return _Item(_words(found), _words([silent if name is None else words for name in found]))


def _phase_of(phases: Sequence[Phase], installed_on: str | None) -> str | None:
    if installed_on is None or not _DAY.fullmatch(installed_on):
        return None
    begun = [phase for phase in phases if phase.start.isoformat() <= installed_on]
    return begun[-1].name if begun else None


def _capabilities(plan: Plan) -> _Item:
    """Return what each camera can do, from what the list states of its heads and what is known of its model."""
    network = plan.network
    heads: dict[str, list[tuple[float, float]]] = {}
    columns = ("camera_id", "field_of_view_deg", "image_width_px")
    for name, field_deg, width_px in zip(*(network.heads[column].to_numpy() for column in columns), strict=True):
        heads.setdefault(str(name), []).append((float(field_deg), float(width_px)))
    said = [_words(network.cameras[column]) for column in ("kind", "use", "manufacturer", "model", "source")]
    values, sources = [], []
    for name, kind, use, maker, model, listed in zip(network.cameras.index, *said, strict=True):
        words, source = _able((kind, use, maker, model, listed), heads[str(name)])
        values.append("; ".join(words) or None)
        sources.append(source if words else f"neither the list nor its model says {ITEMS['capabilities']}")
    return _Item(_words(values), _words(sources))


def _able(
    said: tuple[str, str | None, str | None, str | None, str], heads: list[tuple[float, float]]
) -> tuple[list[str], str]:
    """Return what a camera can do and where that is from; ``said`` is its kind, use, maker, model and source."""
    kind, use, maker, model, source = said
    words = {"panning": ["turns"], "dome": ["turns"], "panorama": ["sees all round"]}.get(kind, [])
    words = words + ([f"{len(heads)} lenses"] if len(heads) > 1 else [])
    for place, form in enumerate(("field of view {:g} degrees", "picture {:g} px wide")):
        # A number that is not known is not equal to itself.
        words += [
            form.format(value) for value in sorted({head[place] for head in heads if head[place] == head[place]})[:3]
        ]
    words += ["reads number plates"] if use == PLATE_READER else []
    known = known_model(maker, model) if maker is not None and model is not None else None
    if known is not None:
        words.append(
            f"known model: {'turns' if known.turns else 'keeps still'}, picture {known.image_width_px:g} px wide"
        )
        source += f"; {known.source}"
    return words, source


_FINDERS: dict[str, Callable[[Plan], _Item]] = {
    "supplier": lambda plan: _term(plan, "supplier", plan.governance.supplier, "[governance] supplier"),
    "legal_basis": lambda plan: _term(plan, "legal_basis", plan.governance.legal_basis, "[governance] legal_basis"),
    "retention_days": lambda plan: _term(plan, "retention_days", plan.retention_days, "[retention] days"),
    "sharing": _sharing_item,
    "purpose": _purpose,
    "phase": _phase,
    "capabilities": _capabilities,
}


def _sharing(plan: Plan, items: dict[str, _Item]) -> pd.DataFrame:
    """Return table ``register_sharing``: party, camera and declaration, sorted."""
    edges: list[tuple[str, str, str | None, str, str]] = []
    names = [str(name) for name in plan.network.cameras.index]
    for item, relation in (("operator", "operates"), ("supplier", "supplies")):
        found = zip(items[item].value, items[item].source, names, strict=True)
        edges += [(str(party), relation, None, name, str(source)) for party, source, name in found if party is not None]
    for words, source, name in zip(items["sharing"].value, items["sharing"].source, names, strict=True):
        if words is None or words == "nobody":
            continue
        if str(source).startswith(DECLARED_FOR_ALL):
            edges += [(one.party, "sees", one.what, name, str(source)) for one in plan.governance.sharing or ()]
        else:
            edges += [(part.strip(), "sees", None, name, str(source)) for part in str(words).split(";") if part.strip()]
    edges.sort(key=lambda edge: (edge[0], edge[1], edge[3], edge[2] or ""))
    frame = pd.DataFrame(edges, columns=["party", "relation", "what", "camera_id", "declaration"], dtype=object)
    frame.index = pd.Index([f"e{number}" for number in range(1, len(edges) + 1)], name="edge_id", dtype=object)
    return REGISTER_SHARING.checked(frame)


def register_findings(register: Register) -> pd.DataFrame:
    """Return rows of table ``findings``: of how many cameras each item is not known, and how many parties may see what."""
    # What nobody wrote down may exist all the same: gaps are upper bounds.
    rows = FindingRows()
    cameras, sharing = register.cameras, register.sharing
    count = len(cameras)
    for item in GAPS:
        rows.count(f"register_{item}_missing_count", SUBJECT, f"Cameras of which the register does not say {ITEMS[item]}",
                   int(cameras[item].isna().sum()), of=count, what="cameras in the list", bound="upper")  # fmt: skip
    sees = sharing[sharing["relation"] == "sees"]
    rows.count("register_sharing_parties_count", SUBJECT, "Parties declared to see what cameras see, beside who runs them",
               sees["party"].nunique(), of=count, what="cameras in the list", bound="lower")  # fmt: skip
    rows.count("register_operators_count", SUBJECT, "Names under which cameras are run",
               sharing.loc[sharing["relation"] == "operates", "party"].nunique(), of=count, what="cameras in the list", bound="lower")  # fmt: skip
    return rows.table()


def who_sees(sharing: pd.DataFrame) -> pd.DataFrame:
    """Return cameras per party, relation and what it may see, most cameras first."""
    keys = ["party", "relation", "what"]
    frame = sharing.assign(
        what=sharing["what"].fillna(""), for_all=sharing["declaration"].str.startswith(DECLARED_FOR_ALL)
    )
    counted = frame.groupby(keys, sort=True).agg(cameras=("camera_id", "nunique"), for_all=("for_all", "all"))
    return counted.reset_index().sort_values(["cameras", *keys], ascending=[False, True, True, True], kind="stable")
