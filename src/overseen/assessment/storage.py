"""Streams: how much they carry, how much of them is kept, and for how long."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from overseen.assessment.estimates import declared_estimate, drawn, estimates_of, operation_pack, source_words
from overseen.model.operations import Estimate, Storage
from overseen.model.viewing import Viewing

Floats = NDArray[np.float64]

GB_PER_MBPS_DAY = 10.8
"""A stream of 1 Mbit/s makes 86,400 Mbit a day, an eighth of which is megabytes, decimal."""

BASE_FRAMES_PER_S = 15.0
"""Frames a second of the rule of thumb."""


@dataclass(frozen=True, slots=True)
class Recording:
    """What streams carry and what is kept of them; arrays are over the draws.

    Parameters
    ----------
    feed_count
        Streams.
    mbps
        Of one stream, Mbit/s.
    gb_per_day
        Recorded of all streams in a day, GB (decimal).
    held_tb, camera_days
        Kept at any time, TB, and days of recording by camera; None where the plan declares no retention.
    estimates
        The figures that went in.
    """

    feed_count: int
    mbps: Floats
    gb_per_day: Floats
    held_tb: Floats | None
    camera_days: Floats | None
    estimates: tuple[Estimate, ...]


def recording_of(
    storage: Storage | None, retention_days: float | None, *, camera_count: int, feed_count: int, viewing: Viewing
) -> Recording:
    """Return what the streams of all cameras carry, a bitrate that all share in each draw, and what is kept of them."""
    storage = storage or Storage()
    estimates = stream_estimates(storage)
    mbps = _mbps(estimates, viewing)
    hours = drawn(estimates["recorded_hours_per_day"], viewing)
    gb_per_day = feed_count * mbps * GB_PER_MBPS_DAY * np.minimum(hours, 24.0) / 24.0
    held = None if retention_days is None else gb_per_day * retention_days / 1000.0
    days = None if retention_days is None else camera_count * retention_days * np.minimum(hours, 24.0) / 24.0
    return Recording(feed_count, mbps, gb_per_day, held, days, tuple(estimates.values()))


def stream_estimates(storage: Storage) -> dict[str, Estimate]:
    """Return the figures of a stream: its declared bitrate, or all that the rule of thumb needs; and the hours recorded."""
    found = estimates_of("storage", storage.figures)
    if "bitrate_mbps" in storage.figures:
        rate = declared_estimate("bitrate_mbps", "Bitrate of a stream", "Mbit/s", storage.figures["bitrate_mbps"])
        return {"bitrate_mbps": rate, "recorded_hours_per_day": found["recorded_hours_per_day"]}
    if storage.codec is not None:
        codecs = operation_pack("storage")["codecs"]
        ratio = float(codecs[storage.codec])
        source = f"the plan declares {storage.codec}; {source_words(codecs)}"
        old = found["codec"]
        found["codec"] = Estimate(old.name, old.meaning, old.unit, ratio, ratio, ratio, source, is_declared=True)
    return found


def _mbps(estimates: dict[str, Estimate], viewing: Viewing) -> Floats:
    if "bitrate_mbps" in estimates:
        return drawn(estimates["bitrate_mbps"], viewing)
    value = {name: drawn(one, viewing) for name, one in estimates.items()}
    rate = value["megapixels"] * value["mbps_per_megapixel"] * value["frames_per_s"] / BASE_FRAMES_PER_S
    return np.asarray(rate * value["codec"] * value["activity"])
