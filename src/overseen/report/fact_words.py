"""Facts in the language spoken: what is known, its number with interval, bound, unit and denominator."""

from __future__ import annotations

from overseen.assessment.facts import Fact, shown_number
from overseen.model.wording import numeral, retold, say


def fact_words(fact: Fact) -> str:
    """Return a fact in words; in English they are those that a run keeps of it.

    Examples
    --------
    >>> fact_words(Fact("a", "Bitrate of one stream", 4.0, 2.0, 6.0, "none", "Mbit/s", 12.0, "streams", "findings: a"))
    'Bitrate of one stream: 4 (2 to 6) Mbit/s of 12 streams'
    """
    return f"{retold(fact.meaning)}: {fact_value(fact)}"


def fact_value(fact: Fact) -> str:
    """Return what is known of a fact, without its meaning."""
    if isinstance(fact.value, bool):
        return say("yes") if fact.value else say("no")
    if not isinstance(fact.value, float):
        return str(fact.value)
    # A share is shown in percent.
    scale, sign = (100.0, " %") if fact.unit == "share" else (1.0, "")
    numbers = f"{_number(scale * fact.value)}{sign}"
    if fact.low != fact.high and fact.low is not None and fact.high is not None:
        low, high = _number(scale * fact.low), _number(scale * fact.high)
        numbers += say(" ({low} to {high})", low=low, high=f"{high}{sign}")
    most = {"upper": say("at most "), "lower": say("at least ")}.get(fact.bound, "")
    unit = "" if fact.unit in ("count", "share", "") else f" {retold(fact.unit)}"
    words = f"{most}{numbers}{unit}"
    if fact.denominator is None:
        return words
    return f"{words} {say('of {denominator}', denominator=denominator_words(fact.denominator, fact.denominator_unit))}"


def denominator_words(denominator: float, unit: str) -> str:
    """Return what a number is a part of."""
    return f"{_number(denominator)} {retold(unit)}"


def _number(value: float) -> str:
    return numeral(shown_number(value))
