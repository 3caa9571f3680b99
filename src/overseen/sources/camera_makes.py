"""Makes and models: one name for the spellings of a maker, and what is known of a model."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from overseen.sources.packs import get_pack

NO_MAKER = frozenset(
    {"unknown", "unkwn", "unkn", "unk", "other", "generic", "none", "null", "na", "n a", "no", "yes", "various"}
)


@dataclass(frozen=True, slots=True)
class Make:
    """A maker under its one name, and the model where the same text names it.

    Examples
    --------
    >>> make_of("Flock Group Inc.") == make_of("FLOCK SAFETY") == Make("Flock Safety")
    True
    """

    maker: str
    model: str = ""


@dataclass(frozen=True, slots=True)
class KnownModel:
    """What is known of a model: whether it turns, its picture, its field of view or that of each lens, and the source."""

    turns: bool
    image_width_px: float
    field_of_view_deg: float | None
    lenses: Mapping[float, float]
    source: str

    def field_of_view_with(self, focal_length_mm: float | None) -> float | None:
        """Return the field of view, for a model of several lenses that of the one stated."""
        return (
            self.field_of_view_deg
            if focal_length_mm is None
            else self.lenses.get(focal_length_mm, self.field_of_view_deg)
        )


def make_of(text: str) -> Make | None:
    """Return a maker under its one name, as written if it is not known; ``None`` for nothing and for what stands for nothing.

    Examples
    --------
    >>> [make_of(name).maker for name in ("Flock Safety Inc", "flock", "Motorola/Vigilant", "Obvio, Inc.", "Motorola?")]
    ['Flock Safety', 'Flock Safety', 'Motorola Solutions', 'Obvio, Inc.', 'Motorola?']
    >>> make_of("Ekin Box Spotter"), make_of("unknown")
    (Make(maker='Ekin', model='Box Spotter'), None)
    >>> make_of("Flock Safety;Motorola Solutions").maker
    'Flock Safety; Motorola Solutions'
    """
    makes = [_one_make(part.strip()) for part in text.split(";") if part.strip()]
    known = [make for make in makes if make is not None]
    if not known:
        return None
    return Make(
        "; ".join(dict.fromkeys(make.maker for make in known)), "; ".join(make.model for make in known if make.model)
    )


def _one_make(text: str) -> Make | None:
    if "?" in text:
        # The list doubts it; a doubt is not made a certainty.
        return None if _plain(text) in NO_MAKER or not _plain(text) else Make(text)
    plain = _plain(text)
    if not plain or plain in NO_MAKER:
        return None
    return _spellings().get(plain) or _spellings().get(_without_ending(plain)) or Make(text)


def _plain(text: str) -> str:
    """Return a name in lower case without punctuation."""
    return " ".join(re.sub(r"[^\w]+", " ", re.sub(r"['’]", "", text.lower())).split())


def _without_ending(plain: str) -> str:
    words = plain.split()
    while len(words) > 1 and words[-1] in _endings():
        words.pop()
    return " ".join(words)


@cache
def _endings() -> frozenset[str]:
    return frozenset(get_pack("spellings", "manufacturers")["endings"])


@cache
def _spellings() -> Mapping[str, Make]:
    found: dict[str, Make] = {}
    for maker in get_pack("spellings", "manufacturers")["makers"]:
        found |= dict.fromkeys(maker["spellings"], Make(maker["name"]))
        found |= {spelling: Make(maker["name"], model) for spelling, model in maker.get("models", {}).items()}
    return found


@cache
def _models() -> Mapping[tuple[str, str], KnownModel]:
    return {
        (row["maker"], _code(row["model"])): KnownModel(
            row["turns"],
            float(row["image_width_px"]),
            row.get("field_of_view_deg"),
            {float(focal): float(field) for focal, field in row.get("lenses", {}).items()},
            row["source"],
        )
        for row in get_pack("models", "known")["models"]
    }


def known_model(maker: str, model: str) -> KnownModel | None:
    """Return what is known of a model of a maker under its one name, if anything.

    Examples
    --------
    >>> known_model("Axis Communications", "AXIS M3045-V").field_of_view_deg
    106.0
    >>> known_model("Hikvision", "DS-2CD2143G2-I").field_of_view_with(4.0)
    84.0
    >>> known_model("Axis Communications", "M3045") is None
    True
    """
    code = _code(model)
    first = _code(maker.split(" ", maxsplit=1)[0])
    return _models().get((maker, code)) or _models().get((maker, code.removeprefix(first)))


def _code(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.lower())
