"""The list of kinds of sensitive place: how each is found in maps and in files. The shipped one, or the user's own."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, Field, StringConstraints

from overseen.errors import Fault, SourceError
from overseen.model.places import PlaceKind
from overseen.model.viewing import Unknown
from overseen.sources.packs import get_pack, pack_names
from overseen.sources.plan_section import CLOSED, Name
from overseen.sources.toml_file import checked_toml

KindName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
Alternative = dict[str, list[Name]]


class _Entry(BaseModel):
    model_config = CLOSED


class _Kind(_Entry):
    name: KindName
    title: Name
    is_confidential: bool
    why: Name
    source: Name
    is_square: bool = False
    osm: list[Annotated[Alternative, Field(min_length=1)]] = []
    openmaptiles: list[Name] = []
    overture: list[Name] = []
    words: list[Name] = []


class _Crowd(_Entry):
    name: Name = "crowd_density_per_m2"
    meaning: Name = "Persons on a square metre of a square where people assemble"
    low: Annotated[float, Field(gt=0.0)]
    central: Annotated[float, Field(gt=0.0)]
    high: Annotated[float, Field(gt=0.0, le=10.0)]
    scale: Literal["linear", "log"] = "log"
    shared_weight: float = 1.0
    source: Name


class _File(_Entry):
    name: Name
    based_on: Name | None = None
    without: list[Name] = []
    kinds: list[_Kind] = []
    crowd: _Crowd | None = None


@dataclass(frozen=True, slots=True)
class KindList:
    """A list of kinds, how they are found, and the density of a crowd.

    Parameters
    ----------
    name
        Of the list.
    kinds
        In order.
    alternatives
        Kind -> tags of OpenStreetMap: any of these, and all keys within one.
    words
        Word of a column of kinds -> kind.
    crowd
        Persons per square metre.
    """

    name: str
    kinds: tuple[PlaceKind, ...]
    alternatives: Mapping[str, tuple[Mapping[str, frozenset[str]], ...]]
    words: Mapping[str, str]
    crowd: Unknown

    def __getitem__(self, name: str) -> PlaceKind:
        for kind in self.kinds:
            if kind.name == name:
                return kind
        raise KeyError(name)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the kinds, in order."""
        return tuple(kind.name for kind in self.kinds)

    def by_rank(self) -> tuple[PlaceKind, ...]:
        """Return the kinds as they are tried: confidential ones first, squares last."""
        return tuple(sorted(self.kinds, key=lambda kind: (kind.is_square, not kind.is_confidential)))

    def of_tags(self, tags: Mapping[str, str]) -> PlaceKind | None:
        """Return the kind of a feature with these tags of OpenStreetMap, if it is of any.

        Examples
        --------
        >>> kinds = get_kinds("overseen")
        >>> kinds.of_tags({"amenity": "social_facility", "social_facility": "shelter"}).name
        'refuge'
        >>> kinds.of_tags({"amenity": "shelter", "shelter_type": "public_transport"}) is None
        True
        """
        return next(
            (kind for kind in self.by_rank() if any(_fits(tags, rule) for rule in self.alternatives[kind.name])), None
        )

    def of_word(self, word: str | None, *, is_own: bool = False) -> PlaceKind | None:
        """Return the kind that a word of a column of kinds means, if it means any; in a user's own list, also by its name.

        Examples
        --------
        >>> kinds = get_kinds("overseen")
        >>> [kinds.of_word(word).name for word in ("Place Of Worship", "courthouse", "mosque")]
        ['worship', 'court', 'worship']
        >>> kinds.of_word("party") is None, kinds.of_word("party", is_own=True).name
        (True, 'party')
        """
        if word is None:
            return None
        plain = plain_word(word)
        # In a map, party is a shop for party supplies.
        found = plain if is_own and plain in self.names else self.words.get(plain)
        return None if found is None else self[found]


def plain_word(word: str) -> str:
    """Return a word in lower case, with single underscores for everything between letters and digits."""
    return re.sub(r"[^\w]+", "_", word.strip().lower()).strip("_")


def _fits(tags: Mapping[str, str], rule: Mapping[str, frozenset[str]]) -> bool:
    for key, values in rule.items():
        given = tags.get(key)
        if given is None or given == "no":
            return False
        if "*" not in values and given not in values and values.isdisjoint(map(str.strip, given.split(";"))):
            return False
    return True


@cache
def get_kinds(name: str) -> KindList:
    """Return a shipped list; KeyError if there is none of that name.

    Examples
    --------
    >>> [kind.name for kind in get_kinds("overseen").kinds if kind.is_confidential]
    ['refuge', 'refugee_housing']
    """
    return _list(_File.model_validate(get_pack("places", name)), None)


def read_kinds(path: Path) -> KindList:
    """Return the list of a file of the user's own.

    It has a ``name`` and entries ``[[kinds]]`` as the shipped list has them. With ``based_on = "overseen"`` it changes that list: a
    kind of the same name replaces the shipped one, others are added, those in ``without`` are left out.

    Raises
    ------
    SourceError
        With every fault at once.
    """
    content = checked_toml(path, _File)
    faults = [*_faults(content, path.name)]
    if faults:
        raise SourceError(faults)
    return _list(content, get_kinds(content.based_on) if content.based_on else None)


def _faults(content: _File, file: str) -> Iterator[Fault]:
    names = [kind.name for kind in content.kinds]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield Fault(file, "kinds", f"{name!r} stands twice", "give each kind once")
    shipped: tuple[str, ...] = ()
    if content.based_on is not None:
        if content.based_on not in pack_names("places"):
            yield Fault(file, "based_on", f"no list is called {content.based_on!r}", f"known are {', '.join(pack_names('places'))}")  # fmt: skip
        else:
            shipped = get_kinds(content.based_on).names
    for name in content.without:
        if name not in shipped:
            near = difflib.get_close_matches(name, shipped, n=1, cutoff=0.5)
            remedy = f"did you mean {near[0]!r}?" if near else "leave it out"
            yield Fault(file, "without", f"no kind of the list it is based on is called {name!r}", remedy)
    if content.crowd is not None and not content.crowd.low <= content.crowd.central <= content.crowd.high:
        yield Fault(file, "crowd", "low, central and high do not rise", "order them")
    if not content.kinds and content.based_on is None:
        yield Fault(file, "kinds", "it names no kind", "add [[kinds]], or based_on = 'overseen'")


def _list(content: _File, base: KindList | None) -> KindList:
    own = {kind.name: kind for kind in content.kinds}
    kinds = {kind.name: kind for kind in base.kinds if kind.name not in content.without} if base else {}
    alternatives = {name: base.alternatives[name] for name in kinds} if base else {}
    words = {word: name for word, name in base.words.items() if name in kinds and name not in own} if base else {}
    for name, kind in own.items():
        kinds[name] = PlaceKind(name, kind.title, kind.is_confidential, kind.is_square, kind.why, kind.source)
        alternatives[name] = tuple({key: frozenset(v) for key, v in rule.items()} for rule in kind.osm)
        words |= dict.fromkeys(_words(kind), name)
    crowd = base.crowd if base and content.crowd is None else _crowd(content.crowd)
    return KindList(content.name, tuple(kinds.values()), alternatives, words, crowd)


def _words(kind: _Kind) -> Iterable[str]:
    return [*map(plain_word, [*kind.openmaptiles, *kind.overture, *kind.words])]


def _crowd(crowd: _Crowd | None) -> Unknown:
    if crowd is None:
        return get_kinds("overseen").crowd
    return Unknown(**crowd.model_dump())
