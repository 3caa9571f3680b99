"""What can be mended in a camera list, by name, and the account of what became of its rows."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator, Sequence

from overseen.errors import Fault
from overseen.model.provenance import Notice, Source

MENDS = {
    "null_island": "Rows at longitude and latitude 0 are left out; always done.",
    "swapped_axes": "Longitude and latitude are exchanged; done unasked where it is certain.",
    "flipped_sign": "The sign of the one coordinate that puts the row elsewhere on the globe is turned.",
    "far_away": "Rows far from all others, or from the city, are left out.",
    "same_id": "Rows that repeat another of their identifier in every value are left out; always done.",
    "same_spot": "Of rows without identifiers that say the same of the same spot, one is kept.",
    "duplicate": "Of rows that differ in nothing but their identifier, one is kept.",
    "near_identical": "Of rows within 1 m that agree in kind, operator and bearing, one is kept.",
    "counts": "A row that counts n cameras becomes n cameras; done unasked unless the counts are those of areas.",
}
"""Name in the plan -> what is done."""

UNMENDABLE = {
    "wrong_crs": "state the reference system of the list: crs = 'EPSG:...' in [cameras]",
    "off_the_globe": "such rows have no position and are always left out; correct them in the list",
    "collapsed_precision": "no reading of the list gives the decimals back; ask its publisher for them",
}
"""What is found and shown, but which nothing here can mend -> what to do."""


DONE = ("left out", "merged", "mended")
"""Outcomes by which something was done to the rows; any other notice only tells."""


def mend_faults(names: Collection[str], file: str) -> Iterator[Fault]:
    r"""Yield a fault for every name in ``mend`` that is not known, with the nearest that is.

    Examples
    --------
    >>> print(*mend_faults(["samespot", "wrong_crs"], "plan.toml"), sep="\n")
    plan.toml, cameras.mend: nothing to mend is called 'samespot'; did you mean 'same_spot'?.
    plan.toml, cameras.mend: 'wrong_crs' is not mended; state the reference system of the list: crs = 'EPSG:...' in [cameras].
    """
    for name in dict.fromkeys(names):
        if name in UNMENDABLE:
            yield Fault(file, "cameras.mend", f"{name!r} is not mended", UNMENDABLE[name])
        elif name not in MENDS:
            near = difflib.get_close_matches(name, [*MENDS, *UNMENDABLE], n=1, cutoff=0.5)
            remedy = f"did you mean {near[0]!r}?" if near else f"known are {', '.join(MENDS)}"
            yield Fault(file, "cameras.mend", f"nothing to mend is called {name!r}", remedy)


def request(name: str) -> str:
    """Return the sentence that says how to ask for a mend."""
    return f'To mend it, write mend = ["{name}"] in [cameras] of the plan.'


class Account:
    """What was found in one list, what was done about it, and which mends were asked for.

    Parameters
    ----------
    source
        The list.
    mends
        Names of :data:`MENDS` that the plan asks for.
    """

    def __init__(self, source: Source, mends: Collection[str] = ()) -> None:
        self.file = source.file
        self._mends = tuple(dict.fromkeys(mends))
        self._done: set[str] = set()
        self._notices: list[Notice] = []

    def is_asked(self, name: str) -> bool:
        """Return whether the plan asks for a mend."""
        return name in self._mends

    def fault(self, source: str, problem: str, remedy: str) -> Fault:
        """Return what makes the list useless, with the row that shows it, given as the place it was read from."""
        return Fault(self.file, self._within_file(source), problem, remedy)

    def note(self, name: str, rows: Sequence[str], consequence: str, *, outcome: str = "") -> None:
        """Set down an oddity of rows, each given as the place it was read from; nothing if there are none.

        The kind of the notice ends in its outcome, where it has one. Every row that is not among the cameras stands in
        exactly one notice whose outcome is ``left out`` or ``merged``, so that the notices account for all rows.
        """
        if not rows:
            return
        if outcome in DONE:
            self._done.add(name)
        kind = name.replace("_", " ")
        example = self._within_file(rows[0])
        self._notices.append(
            Notice(self.file, f"{kind}, {outcome}" if outcome else kind, len(rows), example, consequence)
        )

    def _within_file(self, source: str) -> str:
        return source.removeprefix(f"{self.file}, ")

    def notices(self) -> tuple[Notice, ...]:
        """Return everything noted, and each mend asked for that found nothing."""
        idle = [Notice(self.file, "mend without a case", 0, name, "The plan asks for this mend; nothing in the list needed it.")
                for name in self._mends if name not in self._done]  # fmt: skip
        return (*self._notices, *idle)
