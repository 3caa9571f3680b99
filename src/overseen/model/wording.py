"""Words that can be said in another language: English stands in the code, a catalogue may put another in its place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from string import Formatter
from typing import Any, Protocol


class Speech(Protocol):
    """What a language can do; a catalogue and a script's numbers stand behind it."""

    code: str
    """As in ``lang`` of a page, such as ``de``."""

    is_right_to_left: bool

    def message(self, english: str) -> str:
        """Return the message in the language; the English one where there is none."""

    def plural(self, one: str, many: str, number: int) -> str:
        """Return the form of a message that goes with a number."""

    def numeral(self, english: str) -> str:
        """Return the digits and signs of a number as the language writes them."""

    def day(self, day: date) -> str:
        """Return a day in words."""

    def retold(self, english: str) -> str:
        """Return a text that was composed in English and kept, in the language."""


ENGLISH = "en"
"""The language that stands in the code."""

_spoken: ContextVar[Speech | None] = ContextVar("spoken", default=None)
"""None is English as it stands in the code, so that nothing is looked up."""


@contextmanager
def speaking(speech: Speech | None) -> Iterator[None]:
    """Say everything within in a language; None is English."""
    token = _spoken.set(speech)
    try:
        yield
    finally:
        _spoken.reset(token)


def language() -> str:
    """Return the code of the language spoken, ``en`` unless another was begun."""
    speech = _spoken.get()
    return ENGLISH if speech is None else speech.code


def is_right_to_left() -> bool:
    """Tell whether the language spoken is written from right to left."""
    speech = _spoken.get()
    return speech is not None and speech.is_right_to_left


def say(message: str, **values: Any) -> str:
    """Return a message with its values, in the language spoken.

    The message is a literal, so that ``tools/messages.py`` finds it, with names in braces for what is put in. A number takes a
    format after a colon, and its digits and signs are those of the language; a text is put in as it is, so it must have been
    said before.

    Examples
    --------
    >>> say("{count:,} cameras in {city}", count=1374, city="Helsinki")
    '1,374 cameras in Helsinki'
    """
    speech = _spoken.get()
    if speech is None:
        return message.format_map(values) if values else message
    return _filled(speech.message(message), values, speech)


def later(message: str) -> str:
    """Return a message as it is, marked so that it is found: it is said where it is used, in the language spoken then."""
    return message


def say_counted(one: str, many: str, number: float, **values: Any) -> str:
    """Return the message that goes with a number, which stands in it as ``number``.

    Examples
    --------
    >>> say_counted("{number:,} camera", "{number:,} cameras", 1), say_counted("{number:,} camera", "{number:,} cameras", 2000)
    ('1 camera', '2,000 cameras')
    """
    whole = int(number)
    speech = _spoken.get()
    if speech is None:
        return (one if whole == 1 else many).format_map({"number": whole, **values})
    return _filled(speech.plural(one, many, whole), {"number": whole, **values}, speech)


def numeral(english: str) -> str:
    """Return a number written in English, such as ``44,000``, as the language spoken writes it."""
    speech = _spoken.get()
    return english if speech is None else speech.numeral(english)


def said_day(day: date) -> str:
    """Return a day in words.

    Examples
    --------
    >>> said_day(date(2019, 4, 21))
    '21 April 2019'
    """
    speech = _spoken.get()
    return f"{day.day} {day:%B %Y}" if speech is None else speech.day(day)


def retold(english: str) -> str:
    """Return, in the language spoken, a text that was composed in English and kept: in a table, or in a finished run."""
    speech = _spoken.get()
    return english if speech is None else speech.retold(english)


def sentence(text: str) -> str:
    """Return a text with a capital at its head.

    Examples
    --------
    >>> sentence("at most 3 km"), sentence("")
    ('At most 3 km', '')
    """
    return text[:1].upper() + text[1:]


def in_sentence(title: str) -> str:
    """Return a title as it stands within a sentence: in lower case in English, as it is in another language.

    Examples
    --------
    >>> in_sentence("Places of worship")
    'places of worship'
    """
    return title.lower() if _spoken.get() is None else title


def enumerated(parts: Iterable[str]) -> str:
    """Return parts as a list in a sentence.

    Examples
    --------
    >>> enumerated(["a"]), enumerated(["a", "b"]), enumerated(["a", "b", "c"])
    ('a', 'a and b', 'a, b and c')
    """
    parts = list(parts)
    if not parts:
        return ""
    head = commas(parts[:-1])
    return say("{head} and {last}", head=head, last=parts[-1]) if head else parts[-1]


def commas(parts: Iterable[str]) -> str:
    """Return parts with commas between them.

    Examples
    --------
    >>> commas(["a", "b", "c"])
    'a, b, c'
    """
    text = None
    for part in parts:
        text = part if text is None else say("{head}, {next}", head=text, next=part)
    return text or ""


def semicolons(parts: Iterable[str]) -> str:
    """Return clauses with semicolons between them.

    Examples
    --------
    >>> semicolons(["a", "b", "c"])
    'a; b; c'
    """
    text = None
    for part in parts:
        text = part if text is None else say("{head}; {next}", head=text, next=part)
    return text or ""


def _filled(message: str, values: dict[str, Any], speech: Speech) -> str:
    if not values:
        return message
    pieces = []
    for literal, name, form, _ in Formatter().parse(message):
        pieces.append(literal)
        if name is not None:
            value = values[name]
            # A text is most often said before; what stands in a table of the code's words is looked up here.
            pieces.append(
                speech.message(value) if isinstance(value, str) else speech.numeral(format(value, form or ""))
            )
    return "".join(pieces)
