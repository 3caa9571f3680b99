"""What a plan says of itself in public, to be held against what is found."""

from __future__ import annotations

from dataclasses import dataclass

ABOUT = (
    "size", "control_room", "rival_plans", "roll_out", "supplement", "power_cuts", "funding", "private_space", "purpose",
    "turned_on", "sharing", "disclosure",
)  # fmt: skip
"""What a statement may be about; each is answered from findings of its own."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence of an announcement, and which of ``ABOUT`` it is about."""

    text: str
    about: str
