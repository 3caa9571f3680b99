"""Numbers in words: rounded to what their interval supports, always with it."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd

from overseen.model.wording import later, numeral, say, say_counted

NARROW = "\N{NO-BREAK SPACE}"
NOT_COMPUTED = later("not computed")


def percent(share: float, *, width: float = 1.0) -> str:
    r"""Return a share as a percentage; one decimal only where the interval is less than two points wide.

    Examples
    --------
    >>> percent(0.5379, width=0.3), percent(0.0081, width=0.012), percent(0.0)
    ('54\xa0%', '0.8\xa0%', '0\xa0%')
    """
    return say("{points}\N{NO-BREAK SPACE}%", points=_points(share, width))


def _points(share: float, width: float) -> str:
    points = 100.0 * share
    if 0.0 < points < 0.1:
        return say("under 0.1")
    if 0.0 < points < 0.5 and width >= 0.02:
        return say("under 1")
    is_fine = width < 0.02 and points != 0.0 and not (points == 100.0 and width == 0.0)
    return say("{points:.1f}", points=points) if is_fine else say("{points:.0f}", points=points)


def percent_range(low: float, high: float) -> str:
    r"""Return an interval of shares.

    Examples
    --------
    >>> percent_range(0.3619, 0.6815)
    '36 to 68\xa0%'
    """
    width = high - low
    first, last = _points(low, width), _points(high, width)
    return (
        say("{first}\N{NO-BREAK SPACE}%", first=first)
        if first == last
        else say("{first} to {last}\N{NO-BREAK SPACE}%", first=first, last=last)
    )


def with_range(row: pd.Series | None) -> str:
    r"""Return a share finding with its interval; ``not computed`` if there is none.

    Examples
    --------
    >>> with_range(pd.Series({"value": 0.54, "low": 0.36, "high": 0.68}))
    '54\xa0% (36 to 68\xa0%)'
    """
    if row is None:
        return say(NOT_COMPUTED)
    return share_between(row["value"], row["low"], row["high"])


def share_between(value: float, low: float, high: float) -> str:
    r"""Return a share with its interval; alone where the interval says the same.

    Examples
    --------
    >>> share_between(0.54, 0.36, 0.68), share_between(1.0, 1.0, 1.0)
    ('54\xa0% (36 to 68\xa0%)', '100\xa0%')
    """
    share, between = percent(value, width=high - low), percent_range(low, high)
    return share if share == between else f"{share} ({between})"


def number_between(value: float, low: float, high: float) -> str:
    """Return a number with its interval, all three rounded to what the width of the interval supports.

    Examples
    --------
    >>> number_between(9_237_000.0, 6_120_000.0, 15_980_000.0), number_between(117.0, 115.0, 119.0)
    ('9,200,000 (6,100,000 to 16,000,000)', '117 (115 to 119)')
    >>> number_between(32.1, 19.2, 40.4), number_between(4.0, 4.0, 4.0), number_between(-5.14, -6.69, -3.21)
    ('32 (19 to 40)', '4', '-5.1 (-6.7 to -3.2)')
    >>> number_between(1.77, 1.46, 2.21), number_between(953.0, 928.0, 979.0), number_between(9.0, 0.0, 51.0)
    ('1.8 (1.5 to 2.2)', '950 (930 to 980)', '9 (0 to 51)')
    """
    width = high - low
    if not width > 1e-9 * abs(value):
        is_whole = abs(value) >= 10.0 or float(value).is_integer()
        return to_place(value, max(0, _leading(value) - 2)) if is_whole else rounded(value)
    place = supported_place(value, low, high)
    middle, first, last = (to_place(number, place) for number in (value, low, high))
    return middle if first == last == middle else say("{middle} ({low} to {high})", middle=middle, low=first, high=last)


def supported_place(value: float, low: float, high: float) -> int:
    """Return the place to which a number and its interval are told: 0 for ones, 1 for tens, -1 for tenths."""
    # About ten steps over the interval; a value keeps two digits as far as one more place gives them.
    by_width = math.ceil(math.log10((high - low) / 30.0))
    by_value = max(_leading(value) - 1, by_width - 1)
    return max(min(by_width, by_value), _leading(max(abs(low), abs(high))) - 2)


def _leading(number: float) -> int:
    """Return the place of a number's first digit: 0 for ones, 1 for tens."""
    return math.floor(math.log10(abs(number))) if number else 0


def to_place(number: float, place: int) -> str:
    """Return a number rounded to a place, thousands separated."""
    near = round(number, -place)
    return numeral("0") if near == 0.0 else numeral(f"{near:,.{max(-place, 0)}f}")


def rounded(value: float, *, digits: int = 3) -> str:
    """Return a number with so many significant digits and thousands separated.

    Examples
    --------
    >>> rounded(44006.1), rounded(661.96), rounded(0.0), rounded(3.14159)
    ('44,000', '662', '0', '3.14')
    """
    if value == 0.0 or not math.isfinite(value):
        return numeral("0") if value == 0.0 else say("unknown")
    places = digits - 1 - math.floor(math.log10(abs(value)))
    return numeral(f"{round(value, places):,.{max(places, 0)}f}")


def number_range(low: float, high: float, *, digits: int = 2) -> str:
    """Return an interval of numbers.

    Examples
    --------
    >>> number_range(29606.3, 55752.8)
    '30,000 to 56,000'
    """
    first, last = rounded(low, digits=digits), rounded(high, digits=digits)
    return first if first == last else say("{first} to {last}", first=first, last=last)


def counted(number: float, noun: str, plural: str | None = None) -> str:
    """Return a number with its noun.

    Examples
    --------
    >>> counted(1, "camera"), counted(1374, "place")
    ('1 camera', '1,374 places')
    """
    return say_counted(f"{{number:,}} {noun}", f"{{number:,}} {plural or noun + 's'}", number)


def at_levels(names: Sequence[str]) -> tuple[str, ...]:
    """Return the levels that are spoken of: the one at which a person is noticed, and the finest that tells who it is.

    Examples
    --------
    >>> at_levels(("monitor", "detect", "observe", "recognise", "identify")), at_levels(("some", "more")), at_levels(("one",))
    (('detect', 'identify'), ('more',), ('one',))
    """
    noticed = "detect" if "detect" in names else names[min(1, len(names) - 1)]
    finest = "identify" if "identify" in names else names[-1]
    return tuple(dict.fromkeys((noticed, finest)))


def kilometres(metres: float) -> str:
    r"""Return a length in kilometres, one shorter than that in metres.

    Examples
    --------
    >>> kilometres(81808.7), kilometres(340.2)
    ('81.8\xa0km', '340\xa0m')
    """
    if metres < 1000.0:
        return say("{metres}\N{NO-BREAK SPACE}m", metres=numeral(f"{metres:.0f}"))
    return say("{metres}\N{NO-BREAK SPACE}km", metres=rounded(metres / 1000.0))
