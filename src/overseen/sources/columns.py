"""Columns of city files: which one says what, and their values as text and as numbers."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from overseen.errors import Fault
from overseen.sources.packs import get_pack
from overseen.sources.quantities import parsed_length_m


@cache
def city_rules() -> dict[str, Any]:
    """Return the pack by which city files are read."""
    return get_pack("city", "columns")


def roles_of(layer: str) -> tuple[str, ...]:
    """Return what may be named in ``[city.columns.LAYER]``.

    Examples
    --------
    >>> roles_of("places")
    ('id', 'name', 'kind')
    """
    return tuple(city_rules()[layer])


def taken_columns(present: Sequence[str], layer: str, chosen: Mapping[str, str]) -> dict[str, str]:
    """Return role -> column of the file: as chosen, else the best name that is recognised; each column for one role.

    Examples
    --------
    >>> taken_columns(["OSM_ID", "render_height", "Geschosse"], "buildings", {"levels": "Geschosse"})
    {'levels': 'Geschosse', 'id': 'OSM_ID', 'height': 'render_height'}
    """
    by_name = {name.strip().lower(): name for name in reversed(present)}
    taken = {role: column for role, column in chosen.items() if column in present}
    for role in roles_of(layer):
        free = (by_name[name] for name in city_rules()[layer][role] if by_name.get(name) not in (None, *taken.values()))
        found = next(free, None)
        if role not in taken and found is not None:
            taken[role] = found
    return taken


def column_faults(file: str, present: Sequence[str], named: Iterable[tuple[str, str]]) -> Iterator[Fault]:
    """Yield a fault for each (key, column) whose column is not among those present, naming the nearest."""
    for key, column in named:
        if column not in present:
            near = difflib.get_close_matches(column, list(present), n=1, cutoff=0.5)
            remedy = f"did you mean {near[0]!r}?" if near else f"its columns are {', '.join(present) or 'none'}"
            yield Fault(file, f"column {column}", f"there is none, for {key}", remedy)


def texts(values: pd.Series) -> NDArray[np.object_]:
    """Return values as text without blanks around them, None where there is none; whole numbers without a point.

    Examples
    --------
    >>> texts(pd.Series([1001.0, 1002.0])).tolist(), texts(pd.Series([" a ", "", None])).tolist()
    (['1001', '1002'], ['a', None, None])
    """
    is_known = values.notna().to_numpy()
    known = values[is_known]
    if pd.api.types.is_bool_dtype(known.dtype):
        words = known.map({True: "true", False: "false"})
    elif pd.api.types.is_float_dtype(known.dtype) and (known == np.floor(known)).all():
        words = known.astype(np.int64).astype(str)
    else:
        words = known.astype(str).str.strip()
    found = np.full(len(values), None, dtype=object)
    found[is_known] = words.to_numpy(dtype=object)
    found[found == ""] = None
    return found


def primary_texts(values: pd.Series) -> NDArray[np.object_]:
    """Return the same of a column that may hold JSON objects with a field ``primary``, or lists, of which the first is taken.

    Overture's nested names and OSMnx's lists become such text when they are written to GeoJSON or GeoPackage.

    Examples
    --------
    >>> primary_texts(pd.Series(['{"primary": "Unter den Linden"}', "['residential', 'tertiary']", "path"])).tolist()
    ['Unter den Linden', 'residential', 'path']
    """
    found = texts(values)
    is_known = found != np.array(None)
    odd = {word for word in set(found[is_known]) if word[0] in "{["}
    if odd:
        plain = {word: _primary(word) for word in odd}
        found[is_known] = [plain.get(word, word) for word in found[is_known]]
    return found


def _primary(word: str) -> str | None:
    try:
        content = json.loads(word.replace("'", '"') if word[0] == "[" else word)
    except ValueError:
        return word
    value = content.get("primary") if isinstance(content, dict) else next(iter(content), None)
    return None if value is None else str(value)


def lengths_m(values: pd.Series) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return lengths in metres, nan where there is none, and whether a value is there that is none, such as ``RDC``.

    Examples
    --------
    >>> [array.tolist() for array in lengths_m(pd.Series(["12.13 m", "7,5", "RDC", None]))]
    [[12.13, 7.5, nan, nan], [False, False, True, False]]
    """
    if pd.api.types.is_numeric_dtype(values.dtype) and not pd.api.types.is_bool_dtype(values.dtype):
        return values.to_numpy(dtype=np.float64, na_value=np.nan), np.zeros(len(values), dtype=bool)
    words = texts(values)
    parsed = {word: parsed_length_m(word) for word in set(words) - {None}}
    found = np.array([parsed.get(word) for word in words], dtype=np.float64)
    return found, np.isnan(found) & (words != np.array(None))


def text_column(values: NDArray[np.object_]) -> Any:
    """Return text as a column in which what is missing stays None."""
    return pd.array(values, dtype=object)


def is_yes(values: pd.Series) -> NDArray[np.bool_]:
    """Return whether values say yes: anything but nothing, no, false, f, none and 0."""
    words = pd.Series(texts(values)).str.lower()
    return ~words.isin([*city_rules()["streets_kinds"]["no"], None]).to_numpy() & words.notna().to_numpy()


def identifiers(
    values: pd.Series | None, count: int, prefix: str
) -> tuple[NDArray[np.object_], NDArray[np.int64] | None]:
    """Return the file's own identifiers where each row has its own, else row numbers; and the rows that spoil them."""
    numbered = np.char.add(f"{prefix} ", np.arange(1, count + 1).astype(str)).astype(object)
    if values is None:
        return numbered, None
    words = pd.Series(texts(values))
    is_odd = words.isna() | words.duplicated()
    if is_odd.any():
        return numbered, np.flatnonzero(is_odd)
    return words.to_numpy(dtype=object), None
