"""Phases as a plan declares them and as a camera list names them, held against each other."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Protocol

from overseen.errors import Fault
from overseen.model.cameras import CameraNetwork
from overseen.model.phases import BASELINE
from overseen.model.provenance import Notice


class PhaseKeys(Protocol):
    """What is needed of a phase of the plan file."""

    @property
    def name(self) -> str:
        """What it is called."""

    @property
    def start(self) -> dt.date:
        """Its first day."""

    @property
    def until(self) -> dt.date | None:
        """Its last day, where it has one."""


def phase_faults(phases: Sequence[PhaseKeys], examine: Sequence[str] | None, file: str) -> Iterator[Fault]:
    """Yield a fault for every phase that cannot be told from another, or ends before it begins."""
    names = [phase.name for phase in phases]
    for number, phase in enumerate(phases):
        if phase.name == BASELINE or phase.name in names[:number]:
            problem = (
                f"{phase.name!r} is {'what stands before them all' if phase.name == BASELINE else 'there already'}"
            )
            yield Fault(file, f"phases.{number}.name", problem, "give each phase a name of its own")
        if phase.until is not None and phase.until < phase.start:
            yield Fault(file, f"phases.{number}.until", "it lies before the phase begins", "give a later day")
    if phases and examine is not None:
        problem = "phases say from when a planned camera is examined"
        yield Fault(file, "cameras.examine", problem, "leave it out, or leave out the phases")


def with_known_phases(network: CameraNetwork, phases: Sequence[PhaseKeys]) -> CameraNetwork:
    """Return the network with the phases' names as the plan writes them, and a notice of cameras that name none of them."""
    if not phases:
        return network
    named = network.cameras["phase"]
    plain = {phase.name.casefold().strip(): phase.name for phase in phases}
    found = named.map(lambda name: plain.get(str(name).casefold().strip(), name), na_action="ignore")
    network = replace(network, cameras=network.cameras.assign(phase=found.astype(object).where(found.notna(), None)))
    odd = found.notna() & ~found.isin([*plain.values(), BASELINE])
    if not odd.any():
        return network
    file = network.sources[0].file if network.sources else ""
    consequence = "The plan declares no phase of that name; the camera's own date or status says when it is active."
    notice = Notice(file, "phase not in the plan", int(odd.sum()), str(network.cameras.index[odd][0]), consequence)
    return replace(network, notices=(*network.notices, notice))
