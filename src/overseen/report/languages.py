"""The languages of a report: message catalogues (gettext), and how a script writes its numbers and days."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import date
from functools import cache
from gettext import c2py
from importlib.resources import files
from string import Formatter

from babel import Locale
from babel.dates import format_date
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from babel.numbers import get_decimal_symbol, get_group_symbol

from overseen.errors import OutputError
from overseen.model.wording import ENGLISH, Speech, sentence, speaking

EASTERN_DIGITS = {"arabext": 0x06F0, "arab": 0x0660}
"""Where the digits of a script begin, by the name that CLDR gives its numbers."""

NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
"""A number as English writes it; a run of digits within a word is left alone by ``_in_words``."""

LONGEST_RETOLD = 4000
"""Letters beyond which a kept text is not taken apart."""


def known_languages() -> tuple[str, ...]:
    """Return the codes of the languages that a report can be written in."""
    folder = files("overseen.packs") / "messages"
    return (ENGLISH, *sorted(path.name.removesuffix(".po") for path in folder.iterdir() if path.name.endswith(".po")))


def check_language(code: str) -> None:
    """Refuse a language that there is no catalogue of.

    Raises
    ------
    OutputError
        If there is none.
    """
    if code not in known_languages():
        raise OutputError(f"No report can be written in “{code}”; there are {', '.join(known_languages())}.")


def own_name(code: str) -> str:
    """Return what a language calls itself.

    Examples
    --------
    >>> own_name("de"), own_name("fa")
    ('Deutsch', 'فارسی')
    """
    return str(Locale(code).get_display_name(code))


def named_reports(languages: Sequence[str]) -> dict[str, str]:
    """Return the name of the report in each language, without its ending: the first is ``report``.

    Examples
    --------
    >>> named_reports(["de", "en", "de"])
    {'de': 'report', 'en': 'report.en'}
    """
    first, *others = dict.fromkeys(languages)
    return {first: "report"} | {code: f"report.{code}" for code in others}


def speaking_in(code: str) -> AbstractContextManager[None]:
    """Return what says everything within it in a language.

    Raises
    ------
    OutputError
        If there is no catalogue of it.
    """
    check_language(code)
    return speaking(None if code == ENGLISH else speech_of(code))


@cache
def speech_of(code: str) -> Speech:
    """Return a language other than English."""
    path = files("overseen.packs") / "messages" / f"{code}.po"
    with path.open("rb") as file:
        return CatalogueSpeech(read_po(file, locale=code))


class CatalogueSpeech:
    """A language as its catalogue says it."""

    def __init__(self, catalogue: Catalog) -> None:
        locale = catalogue.locale
        if locale is None:
            msg = "A catalogue of messages names its language."
            raise ValueError(msg)
        self.code = str(locale)
        self.is_right_to_left = locale.text_direction == "rtl"
        self._locale: Locale = locale
        self._form_of = c2py(catalogue.plural_expr)
        self._one: dict[str, str] = {}
        self._many: dict[tuple[str, str], tuple[str, ...]] = {}
        for entry in catalogue:
            if isinstance(entry.id, tuple | list):
                forms = tuple(str(form) for form in entry.string or ())
                if forms and all(forms):
                    self._many[entry.id[0], entry.id[1]] = forms
            elif entry.id and entry.string:
                self._one[entry.id] = str(entry.string)
        self._signs = _signs(locale)
        self._kept: dict[str, tuple[str, bool]] = {}

    def message(self, english: str) -> str:
        """Return the message in the language; the English one where there is none."""
        return self._one.get(english, english)

    def plural(self, one: str, many: str, number: int) -> str:
        """Return the form of a message that goes with a number."""
        forms = self._many.get((one, many))
        if forms is None:
            return one if number == 1 else many
        return forms[min(self._form_of(number), len(forms) - 1)]

    def numeral(self, english: str) -> str:
        """Return the digits and signs of a number as the language writes them."""
        return NUMBER.sub(lambda found: found.group().translate(self._signs), english)

    def day(self, day: date) -> str:
        """Return a day in words."""
        return self.numeral(format_date(day, "long", locale=self._locale))

    def retold(self, english: str) -> str:
        """Return a text that was composed in English and kept, in the language.

        A text that is a message is looked up, in whichever case its head is; one that was made of a message and its values is
        taken apart by the message's own form, and its values are retold in turn: by a form of which every value is known, if there
        is one. Clauses between semicolons are retold one by one. What fits none stays as it is.
        """
        known = self._one.get(english)
        if known is not None:
            return known
        # A single word may be said already, and mean something else in English with another head.
        return self._told(english)[0] if " " in english else english

    def _told(self, english: str) -> tuple[str, bool]:
        """Return a text retold, and whether all of its words were known."""
        if english not in self._kept:
            self._kept[english] = self._taken_apart(english)
        return self._kept[english]

    def _taken_apart(self, english: str) -> tuple[str, bool]:
        known = self._looked_up(english)
        if known is not None:
            return known, True
        if len(english) > LONGEST_RETOLD or not any(letter.isascii() and letter.isalpha() for letter in english):
            return english, False
        first = None
        for form, theirs, is_weak in self._forms():
            found = form.fullmatch(english)
            if not found:
                continue
            values = {name: self._told_value(value) for name, value in found.groupdict().items()}
            is_known = all(known for _, known in values.values())
            if is_weak and not is_known and not all(map(_holds_number, found.groupdict().values())):
                continue
            told = _put_in(theirs, {name: value for name, (value, _) in values.items()})
            told = sentence(told) if english[:1].isupper() else told
            if is_known:
                return told, True
            first = first or told
        clauses = self._clauses(english)
        if clauses is not None and (clauses[1] or first is None):
            return clauses
        return first or english, False

    def _looked_up(self, english: str) -> str | None:
        """Return a message; where it is known with a capital at its head or without one, it serves as the other too."""
        known = self._one.get(english)
        if known is None:
            known = self._one.get(english[:1].swapcase() + english[1:])
            return sentence(known) if known is not None and english[:1].isupper() else known
        return known

    def _clauses(self, english: str) -> tuple[str, bool] | None:
        """Return clauses between semicolons, each retold; None where there is only one."""
        parts = english.split("; ")
        if len(parts) < 2 or not all(any(letter.isalpha() for letter in part) for part in parts):
            return None
        told, are_known = zip(*map(self._told_value, parts), strict=True)
        between = self.message("{head}; {next}")
        text = told[0]
        for part in told[1:]:
            text = _put_in(between, {"head": text, "next": part})
        return text, all(are_known)

    def _told_value(self, english: str) -> tuple[str, bool]:
        # Within a text that was kept in English a number is English too; elsewhere it may have been said already.
        if any(letter.isalpha() for letter in english):
            return self._told(english)
        return self.numeral(english), True

    def _forms(self) -> list[tuple[re.Pattern[str], str, bool]]:
        """Return the messages that hold values as patterns, those with most words of their own first.

        Those with fewest fit numbers and known words alone: "{number} points" is no message of which a place's name was made.
        """
        if not hasattr(self, "_patterns"):
            pairs = [(english, theirs) for english, theirs in self._one.items() if _is_named(english)]
            pairs += [(one, forms[0]) for (one, _), forms in self._many.items()]
            pairs += [(many, forms[-1]) for (_, many), forms in self._many.items()]
            pairs = [(english, theirs) for english, theirs in pairs if _own_letters(english) >= FEWEST_OWN_LETTERS]
            pairs.sort(key=lambda pair: (-_own_letters(pair[0]), pair[0]))
            self._patterns = [
                (_pattern(english), theirs, _own_letters(english) < FEWEST_BESIDE_NAMES) for english, theirs in pairs
            ]
        return self._patterns


COUNTING, COUNTED = ",", r"\d[\d,.]*"
"""The format of a number that is counted, and what it looks like."""

FEWEST_OWN_LETTERS = 5
"""A message of fewer letters of its own fits too much to take a text apart by it."""


FEWEST_BESIDE_NAMES = 8
"""A message of fewer letters of its own is taken apart only where its values are numbers, or known."""


def _holds_number(text: str) -> bool:
    return re.match(r"[^A-Za-z]*\d", text) is not None


def _signs(locale: Locale) -> dict[int, str]:
    system = locale.default_numbering_system
    signs = {
        ord(","): get_group_symbol(locale, numbering_system=system),
        ord("."): get_decimal_symbol(locale, numbering_system=system),
    }
    zero = EASTERN_DIGITS.get(system)
    if zero is not None:
        signs |= {ord("0") + digit: chr(zero + digit) for digit in range(10)}
    return signs


def _is_named(message: str) -> bool:
    """Tell whether a message holds values, each with a name."""
    names = [name for _, name, *_ in Formatter().parse(message) if name is not None] if "{" in message else []
    return bool(names) and all(names)


def _own_letters(message: str) -> int:
    return sum(sum(letter.isalpha() for letter in literal) for literal, *_ in Formatter().parse(message))


def _pattern(message: str) -> re.Pattern[str]:
    pieces: list[str] = []
    seen = set()
    for literal, name, form, _ in Formatter().parse(message):
        if not pieces and literal[:1].isalpha():
            # With a capital at its head or without one, as it stands in a sentence.
            pieces.append(f"(?i:{literal[0]}){re.escape(literal[1:])}")
        else:
            pieces.append(re.escape(literal))
        if name is None:
            continue
        # What is counted goes with a number and nothing else: no work is a number of requirements.
        value = COUNTED if name == "number" and form == COUNTING else ".+?"
        pieces.append(f"(?P={name})" if name in seen else f"(?P<{name}>{value})")
        seen.add(name)
    return re.compile("".join(pieces), re.DOTALL)


def _put_in(message: str, values: dict[str, str]) -> str:
    # Values are texts by now: the formats of numbers have done their work in English.
    return "".join(
        literal + ("" if name is None else values.get(name, "")) for literal, name, *_ in Formatter().parse(message)
    )
