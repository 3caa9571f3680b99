"""What can go wrong, as one tree.

::

    OverseenError
    ├── InputError        a file, a row or a key of the user's; carries every fault found
    │   ├── PlanError     the plan file
    │   └── SourceError   a camera list or a city file
    ├── FrameError        no metric plane could be chosen, or the one given is not metric
    ├── SchemaError       a table does not match its description in ``model.schema``
    ├── ServiceError      a service on the network could not be reached, or its answer is of no use
    └── OutputError       the result could not be written; what stood there before is whole

The command line turns any of these into its sentences and an exit code; nothing else of ours is raised on purpose.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One thing wrong with an input: where it is, what is wrong and what to do.

    Parameters
    ----------
    file
        The file as the user named it.
    where
        Row, key or feature inside the file; empty when the whole file is meant.
    problem
        What is wrong, as a clause without a full stop.
    remedy
        What to do about it, as a clause without a full stop.

    Examples
    --------
    >>> print(Fault("plan.toml", "viewing.ladder", "no ladder is called 'dorri'", "use 'dori'"))
    plan.toml, viewing.ladder: no ladder is called 'dorri'; use 'dori'.
    """

    file: str
    where: str
    problem: str
    remedy: str

    def __str__(self) -> str:
        place = f"{self.file}, {self.where}" if self.where else self.file
        return f"{place}: {self.problem}; {self.remedy}."


class OverseenError(Exception):
    """Any failure that overseen raises on purpose."""


class InputError(OverseenError):
    """An input cannot be used as it is; every fault found is in ``faults``.

    Examples
    --------
    >>> raise InputError([Fault("cameras.csv", "row 3", "latitude 91 is off the globe", "correct it")])
    Traceback (most recent call last):
    overseen.errors.InputError: cameras.csv, row 3: latitude 91 is off the globe; correct it.
    """

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))


class PlanError(InputError):
    """The plan file cannot be used as it is."""


class SourceError(InputError):
    """A camera list or a city file cannot be used as it is."""


class FrameError(OverseenError):
    """Lengths and areas cannot be measured in the plane asked for."""


class SchemaError(OverseenError):
    """A table does not match its description in :mod:`overseen.model.schema`."""


class ServiceError(OverseenError):
    """A service on the network could not be reached, or its answer is of no use; nothing was written."""


class OutputError(OverseenError):
    """The result could not be written; earlier output is untouched."""
