"""Compass points by letter and word, in the languages of the shipped pack."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from itertools import product
from typing import Any

from overseen.sources.packs import get_pack


@cache
def compass_pack() -> Mapping[str, Any]:
    """Return the shipped pack of compass spellings."""
    return get_pack("spellings", "compass")


@cache
def _by_language() -> tuple[tuple[str, Mapping[str, str]], ...]:
    """Return, per language, what the letter O stands for and its words -> point, without hyphens and spaces."""
    points = compass_pack()["points"]
    found = []
    for language in compass_pack()["languages"]:
        words: dict[str, str] = {}
        for letters in (letters for count in (1, 2, 3) for letters in product("nesw", repeat=count)):
            point = "".join(letters)
            if point in points:
                words |= dict.fromkeys(map("".join, product(*(language[letter] for letter in letters))), point)
        found.append((str(language["letter_o"]), words | language.get("between", {})))
    return tuple(found)


@cache
def compass_words() -> Mapping[str, str]:
    """Return word -> point in English letters, words without hyphens and spaces.

    Examples
    --------
    >>> words = compass_words()
    >>> [words[name] for name in ("south", "nordest", "nordnordost", "südwest", "noroeste", "itä")]
    ['s', 'ne', 'nne', 'sw', 'nw', 'e']
    """
    return {word: point for _, words in _by_language() for word, point in words.items()}


def letter_o_of_words(words: Iterable[str]) -> set[str]:
    """Return what the letter O stands for in the languages that alone use some of these words: ``e``, ``w``, both or none.

    Examples
    --------
    >>> letter_o_of_words(["nord", "südost"]), letter_o_of_words(["nord"]), letter_o_of_words(["sud"])
    ({'e'}, set(), {'w'})
    """
    readings: set[str] = set()
    for word in words:
        using = {letter_o for letter_o, known in _by_language() if word in known}
        readings |= using if len(using) == 1 else set()
    return readings - {""}
