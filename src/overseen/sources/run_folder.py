"""A finished run read back: its tables as they were written, and what the run says of itself."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pyogrio

from overseen.errors import Fault, SourceError
from overseen.model.schema import TABLES

RECORD, SUMMARY, PACKAGE = "run.json", "assessment.json", "overseen.gpkg"

STYLES = "layer_styles"
"""Of the layers in the package, the one that is not of this run but of QGIS."""


@dataclass(frozen=True, slots=True)
class Run:
    """A finished run.

    Parameters
    ----------
    folder
        Where it stands.
    record
        What ``run.json`` holds: inputs, versions, seed, checksums.
    summary
        What ``assessment.json`` holds: the plan as declared, the city, the viewing, notices and every finding.
    tables
        Every table by its name in the data dictionary, with the index that it is described with.
    """

    folder: Path
    record: Mapping[str, Any]
    summary: Mapping[str, Any]
    tables: Mapping[str, pd.DataFrame]

    def __getitem__(self, name: str) -> pd.DataFrame:
        """Return a table; KeyError names those there are."""
        if name not in self.tables:
            raise KeyError(f"{name!r}; there are {', '.join(self.tables)}")
        return self.tables[name]


def read_run(folder: Path | str) -> Run:
    """Return a finished run as tables, for a notebook that does not want to compute it once more.

    Every file that is read is held to the checksum that the run noted of it.

    Raises
    ------
    SourceError
        If the folder is no finished run, lacks a file, or a file is not as the run left it.

    Examples
    --------
    >>> read_run("nowhere")
    Traceback (most recent call last):
    overseen.errors.SourceError: nowhere, run.json: there is no such file, so this is no finished run; name the folder that overseen assess wrote.
    """
    folder = Path(folder)
    record = _record(folder)
    faults = list(_faults(folder, record))
    if faults:
        raise SourceError(faults)
    summary = json.loads((folder / SUMMARY).read_text(encoding="utf-8"))
    names = [str(name) for name, _ in pyogrio.list_layers(folder / PACKAGE) if name != STYLES]
    return Run(folder, record, summary, {name: _table(folder / PACKAGE, name) for name in names})


def checksum(path: Path) -> str:
    """Return the SHA-256 of a file, read piece by piece."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _record(folder: Path) -> Mapping[str, Any]:
    try:
        record = json.loads((folder / RECORD).read_text(encoding="utf-8"))
    except OSError as error:
        remedy = "name the folder that overseen assess wrote"
        problem = "there is no such file, so this is no finished run"
        raise SourceError([Fault(str(folder), RECORD, problem, remedy)]) from error
    except ValueError as error:
        raise SourceError([Fault(str(folder), RECORD, "it is no JSON", "run overseen assess again")]) from error
    if not isinstance(record, dict) or not isinstance(record.get("outputs"), dict):
        raise SourceError([Fault(str(folder), RECORD, "it lists no outputs", "run overseen assess again")])
    return record


def _faults(folder: Path, record: Mapping[str, Any]) -> Iterator[Fault]:
    for name in (SUMMARY, PACKAGE):
        noted, path = record["outputs"].get(name), folder / name
        if noted is None or not path.is_file():
            yield Fault(str(folder), name, "the run holds no such file", "run overseen assess again")
        elif checksum(path) != noted:
            yield Fault(str(folder), name, "it was changed since the run wrote it", "run overseen assess again")


def _table(path: Path, name: str) -> pd.DataFrame:
    frame = pyogrio.read_dataframe(path, layer=name)
    # Two descriptions may bear one name, of a table as given and as found: the index tells which it is.
    indexes = [table.index.name for table in TABLES if table.name == name]
    index = next((index for index in indexes if index in frame.columns), None)
    return frame if index is None else frame.set_index(index)
