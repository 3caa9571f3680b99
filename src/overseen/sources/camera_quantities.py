"""What a camera list says of lenses in numbers: height, field of view, tilt, pixels; each text a measure or a refusal."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from overseen.sources.packs import get_pack
from overseen.sources.quantities import parsed_length_m, parsed_number

LOWEST_M, HIGHEST_M = 0.1, 200.0
"""A lens nearer to the ground, or higher, is a slip of the pen."""

NOT_UNDERSTOOD = "not understood"
STOREY = "a storey, whose height above ground is not stated"
ELEVATION = "height above the sea, not above ground"
BUILDING_HEIGHT = "the height of the building on which it is mapped, not of the lens"
RANGE = "a range, not one value"
NO_HEIGHT = f"not between {LOWEST_M:g} and {HIGHEST_M:g} m"
NO_FIELD = "not above 0 and up to 360 degrees"
NO_TILT = "more than straight down or up"
UPWARD = "above the horizon by the rule of the tag, where a minus sign may be missing"
NO_SENSOR = "a focal length, of which no field of view follows without the sensor"
NO_WIDTH = "not between 100 and 100,000 pixels"
OPEN_NAME = "a name that stands for several widths"
LINES = "perhaps the lines of the picture, not its columns"


@dataclass(frozen=True, slots=True)
class Measure:
    """A value and how it is known, or why there is none.

    Parameters
    ----------
    value
        In the unit of the attribute; ``None`` when refused.
    certainty
        ``stated`` or ``inferred``.
    basis
        What it was inferred from, to stand beside the column or tag.
    refusal
        Why there is no value.
    """

    value: float | None = None
    certainty: str = "stated"
    basis: str = ""
    refusal: str = ""


_APPROXIMATE = re.compile(r"^\s*(?:~|≈|ca\.?|circa|approx(?:imately)?\.?|about|etwa|env(?:iron)?\.?)\s*", re.IGNORECASE)
_TWO_NUMBERS = re.compile(r"^\s*[\d.,]+\s*\D{0,3}\s*(?:-|–|to|bis|/)\s*[\d.,]+\D{0,8}$")
_STOREY = re.compile(
    r"storey|story|stories|floor|level|étage|stock|geschoss|\bo\.?g\.?\b|\be\.?g\.?\b|\brdc\b", re.IGNORECASE
)
_ANGLE_UNIT = re.compile(r"\s*(?:°|º|deg(?:ree)?s?\.?)\s*$", re.IGNORECASE)
_TILT_RANGE = re.compile(r"^[+-]?\d+(?:\.\d+)?\s*(?:-|–|to|;)\s*[+-]?\d+(?:\.\d+)?$")
_SHAPE = re.compile(r"^\s*(\d{3,6})\s*(?:[x×*]|by)\s*(\d{3,6})\s*(?:px|pixels?)?\s*$", re.IGNORECASE)
_PIXELS = re.compile(r"^\s*(\d{3,6})(?:[.,]0+)?\s*(?:px|pixels?)?\s*$", re.IGNORECASE)
_MEGAPIXELS = re.compile(r"^\s*(\d{1,2}(?:[.,]\d+)?)\s*(?:mp|mpx|mpix|megapixels?|mega pixels?)\s*$", re.IGNORECASE)
_MILLIMETRES = re.compile(r"^\s*(?:f\s*=\s*)?(\d+(?:[.,]\d+)?)\s*(?:mm)?\s*$", re.IGNORECASE)
_SENSOR_INCH = re.compile(r"^\s*(\d+)\s*/\s*(\d+(?:[.,]\d+)?)\s*(?:\"|''|”|″|-?\s?inch|in\.?)?[^\d]*$", re.IGNORECASE)
_SENSOR_MM = re.compile(r"^\s*(\d+(?:[.,]\d+)?)\s*mm(?:\s*(?:x|×)\s*\d+(?:[.,]\d+)?\s*mm)?\s*$", re.IGNORECASE)


@cache
def _pictures() -> dict[str, Any]:
    return get_pack("spellings", "pictures")


def height_m(text: str) -> Measure:
    """Return the height of a lens above ground.

    Examples
    --------
    >>> [height_m(text).value for text in ("4", "4,5 m", "15 ft", "ca. 6 m", "350 cm")]
    [4.0, 4.5, 4.572, 6.0, 3.5]
    >>> height_m("2nd floor").refusal, height_m("3-4 m").refusal, height_m("0").refusal
    ('a storey, whose height above ground is not stated', 'a range, not one value', 'not between 0.1 and 200 m')
    """
    plain = _APPROXIMATE.sub("", text)
    value = parsed_length_m(plain)
    if value is None:
        return Measure(
            refusal=STOREY if _STOREY.search(text) else RANGE if _TWO_NUMBERS.match(plain) else NOT_UNDERSTOOD
        )
    if not LOWEST_M <= value <= HIGHEST_M:
        return Measure(refusal=NO_HEIGHT)
    return Measure(value) if plain == text else Measure(value, "inferred", "approximate")


def field_of_view_deg(text: str) -> Measure:
    """Return a field of view.

    Examples
    --------
    >>> field_of_view_deg("90°").value, field_of_view_deg("36-100").refusal, field_of_view_deg("0").refusal
    (90.0, 'a range, not one value', 'not above 0 and up to 360 degrees')
    """
    plain = _ANGLE_UNIT.sub("", text)
    value = parsed_number(plain)
    if value is None:
        return Measure(refusal=RANGE if _TWO_NUMBERS.match(plain) else NOT_UNDERSTOOD)
    return Measure(value) if 0.0 < value <= 360.0 else Measure(refusal=NO_FIELD)


def tilt_deg(text: str) -> Measure:
    """Return a tilt that is told in degrees below the horizon, as a list's own column is taken to be."""
    return _tilt(text, lambda value: value)


def tilt_of_osm_deg(text: str) -> Measure:
    """Return the tilt of the tag ``camera:tilt``: -90 is straight down, 90 straight up.

    An angle upward is refused: few cameras watch the sky, and many mappers leave the minus sign out.

    Examples
    --------
    >>> tilt_of_osm_deg("-25").value, tilt_of_osm_deg("15").refusal
    (25.0, 'above the horizon by the rule of the tag, where a minus sign may be missing')
    >>> tilt_of_osm_deg("-90-20").refusal
    'a range, not one value'
    """
    found = _tilt(text, lambda value: -value)
    return found if found.value is None or found.value >= 0.0 else Measure(refusal=UPWARD)


def tilt_of_old_tag_deg(text: str) -> Measure:
    """Return the tilt of the old tag ``camera:angle``: 0 to 90 degrees down, with or without a minus sign.

    Examples
    --------
    >>> tilt_of_old_tag_deg("15").value, tilt_of_old_tag_deg("-15").value, tilt_of_old_tag_deg("120").refusal
    (15.0, 15.0, 'more than straight down or up')
    """
    return _tilt(text, abs)


def _tilt(text: str, below_horizon: Any) -> Measure:
    plain = _ANGLE_UNIT.sub("", text).strip().replace("−", "-")
    value = parsed_number(plain)
    if value is None:
        return Measure(refusal=RANGE if _TILT_RANGE.match(plain) else NOT_UNDERSTOOD)
    return Measure(float(below_horizon(value)) + 0.0) if abs(value) <= 90.0 else Measure(refusal=NO_TILT)


def pixels_across(text: str) -> Measure:
    """Return the pixels across a picture from a column of pixels; a column with gaps often holds ``2560.0``.

    Examples
    --------
    >>> pixels_across("2560.0").value, pixels_across("1920 px").value, pixels_across("2560.5").refusal
    (2560.0, 1920.0, 'not understood')
    """
    match = _PIXELS.match(text)
    return _pixels(int(match[1])) if match else picture_width_px(text)


def picture_width_px(text: str) -> Measure:
    """Return the pixels across a picture from the name of its format.

    Examples
    --------
    >>> [picture_width_px(text).value for text in ("1920x1080", "1080p", "4K", "8MP", "2 MP")]
    [1920.0, 1920.0, 3840.0, 3840.0, 1920.0]
    >>> picture_width_px("4 MP").certainty, picture_width_px("1080").refusal
    ('inferred', 'perhaps the lines of the picture, not its columns')
    """
    shape = _SHAPE.match(text)
    if shape:
        return _pixels(int(shape[1]))
    pixels = _PIXELS.match(text)
    if pixels:
        is_lines = int(pixels[1]) in _pictures()["open"]["lines"]
        return Measure(refusal=LINES) if is_lines else _pixels(int(pixels[1]))
    return _named_picture(text)


def _named_picture(text: str) -> Measure:
    name = " ".join(text.lower().split())
    if name in _pictures()["stated"]:
        return Measure(float(_pictures()["stated"][name]))
    if name in _pictures()["inferred"]:
        return Measure(float(_pictures()["inferred"][name]), "inferred", f"{text.strip()} taken as columns")
    megapixels = _MEGAPIXELS.match(text)
    if megapixels is None:
        return Measure(refusal=OPEN_NAME if name in _pictures()["open"]["names"] else NOT_UNDERSTOOD)
    width = _pictures()["megapixels"].get(f"{float(megapixels[1].replace(',', '.')):g}")
    if width is None:
        return Measure(refusal=OPEN_NAME)
    return Measure(float(width), "inferred", "megapixels, the smallest usual width")


def _pixels(count: int) -> Measure:
    return Measure(float(count)) if 100 <= count <= 100_000 else Measure(refusal=NO_WIDTH)


def focal_length_mm(text: str) -> float | None:
    """Return one focal length; ``None`` for a zoom range or what is none.

    Examples
    --------
    >>> focal_length_mm("2.8 mm"), focal_length_mm("2.8-12mm")
    (2.8, None)
    """
    match = _MILLIMETRES.match(text)
    return float(match[1].replace(",", ".")) if match and float(match[1].replace(",", ".")) > 0.0 else None


def sensor_width_mm(text: str) -> float | None:
    """Return the width of a sensor from its width in mm or the name of its format; ``None`` if the text is neither.

    Examples
    --------
    >>> [round(sensor_width_mm(text), 2) for text in ('1/3"', "1/2.7 inch CMOS", '2/3"', "4.8 mm")]
    [4.8, 5.33, 8.53, 4.8]
    """
    stated = _SENSOR_MM.match(text)
    if stated:
        return float(stated[1].replace(",", "."))
    name = _SENSOR_INCH.match(text)
    if not name or float(name[2].replace(",", ".")) == 0.0:
        return None
    inches = float(name[1]) / float(name[2].replace(",", "."))
    rule = _pictures()["sensors"]
    diagonal = inches * (rule["from_half_inch_mm"] if inches >= 0.5 else rule["below_half_inch_mm"])
    return float(diagonal * rule["width_share"])


def lens_field_of_view_deg(focal_length: str, sensor: str) -> Measure:
    """Return the field of view that follows from a stated focal length and sensor, for a lens without distortion.

    Examples
    --------
    >>> round(lens_field_of_view_deg("2.8mm", '1/3"').value, 1)
    81.2
    >>> lens_field_of_view_deg("2.8-12 mm", "1/3").refusal, lens_field_of_view_deg("4 mm", "").refusal
    ('a range, not one value', 'a focal length, of which no field of view follows without the sensor')
    """
    focal = focal_length_mm(focal_length)
    if focal is None:
        return Measure(refusal=RANGE if _TWO_NUMBERS.match(focal_length) else NOT_UNDERSTOOD)
    width = sensor_width_mm(sensor)
    if width is None:
        return Measure(refusal=NO_SENSOR)
    return Measure(math.degrees(2.0 * math.atan(width / (2.0 * focal))), "inferred", "focal length and sensor")
