"""Workbooks: the sheet that lists cameras, under its header, with dates as dates."""

from __future__ import annotations

import io
import re
import tempfile
import warnings
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pyogrio
import python_calamine

from overseen.errors import Fault, SourceError
from overseen.model.provenance import Notice
from overseen.sources.contents import Content
from overseen.sources.screening import shown_name
from overseen.sources.tables import Oddities, Table, cell_text, without_markup
from overseen.sources.text_tables import HEADER_ROWS, Cells, headed_table, understood_names


@dataclass(frozen=True, slots=True)
class _Sheet:
    """One sheet: the name that messages may use, its cells, and how many column names are understood in its header."""

    name: str
    cells: Cells
    known: int
    header: tuple[str, ...]


def workbook_table(content: Content, *, file: str, wanted: Collection[str] = ()) -> Table:
    """Return the table of a workbook's sheet that lists cameras; sheets under the same header are read as one list.

    Raises
    ------
    SourceError
        If it cannot be read, is locked, or holds no row.
    """
    try:
        raw = _ods_sheets(content.data) if content.kind == "ods" else _excel_sheets(content.data)
    except python_calamine.PasswordError:
        raw, problem, remedy = [], "it is protected by a password", "save it without one"
    except (python_calamine.CalamineError, pyogrio.errors.DataSourceError, OSError, ValueError):
        raw, problem, remedy = (
            [],
            "it cannot be read as a workbook",
            "open it in a spreadsheet program and save it as XLSX or CSV",
        )
    else:
        problem, remedy = "it holds no row", "give a file that lists cameras"
    sheets = [
        _sheet(shown_name(name, number, "sheet"), cells, wanted) for number, (name, cells) in enumerate(raw, start=1)
    ]
    sheets = [sheet for sheet in sheets if sheet.cells]
    if not sheets:
        raise SourceError([Fault(file, "", problem, remedy)])
    return _listing(sheets, file, wanted)


def _excel_sheets(data: bytes) -> list[tuple[str, Cells]]:
    """Return the name and the cells of each sheet, visible ones first."""
    with python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
        found = [sheet for sheet in book.sheets_metadata if sheet.typ == python_calamine.SheetTypeEnum.WorkSheet]
        found.sort(key=lambda sheet: sheet.visible != python_calamine.SheetVisibleEnum.Visible)
        return [
            (sheet.name, _texts(book.get_sheet_by_name(sheet.name).to_python(skip_empty_area=False))) for sheet in found
        ]


def _texts(rows: Sequence[Sequence[object]]) -> Cells:
    return [[without_markup(cell_text(cell)) for cell in row] for row in rows]


def _ods_sheets(data: bytes) -> list[tuple[str, Cells]]:
    """Return the name and the cells of each sheet, read by GDAL with every cell as text and no header guessed."""
    before = {name: pyogrio.get_gdal_config_option(name) for name in ("OGR_ODS_HEADERS", "OGR_ODS_FIELD_TYPES")}
    pyogrio.set_gdal_config_options({"OGR_ODS_HEADERS": "DISABLE", "OGR_ODS_FIELD_TYPES": "STRING"})
    try:
        with warnings.catch_warnings(), tempfile.TemporaryDirectory() as folder:
            warnings.simplefilter("ignore", RuntimeWarning)
            # From memory GDAL would take the bytes for a plain zip archive.
            path = Path(folder) / "book.ods"
            path.write_bytes(data)
            names = [str(name) for name, _ in pyogrio.list_layers(path)]
            read = [(name, pyogrio.raw.read(path, layer=name)[3]) for name in names]
    finally:
        pyogrio.set_gdal_config_options(before)
    return [
        (name, [[_short(cell_text(cell)) for cell in row] for row in zip(*columns, strict=True)])
        for name, columns in read
    ]


def _short(text: str) -> str:
    """Return a number without the digits that are noise of its binary form, which GDAL writes out for ODS."""
    return cell_text(float(text)) if re.fullmatch(r"-?\d+\.\d{12,}", text) else without_markup(text)


def _sheet(name: str, cells: Cells, wanted: Collection[str]) -> _Sheet:
    filled = [row for row in cells if any(row)]
    scores = [understood_names(row, wanted) for row in filled[:HEADER_ROWS]]
    best = max(scores, default=0)
    header = filled[scores.index(best)] if filled else []
    return _Sheet(name, cells if filled else [], best, tuple(cell for cell in header if cell))


def _listing(sheets: list[_Sheet], file: str, wanted: Collection[str]) -> Table:
    first = max(sheets, key=lambda sheet: sheet.known)
    alike = [sheet for sheet in sheets if sheet.header == first.header and first.known]
    alike = alike or [first]
    oddities = Oddities(file)
    if len(sheets) > 1:
        names = " and ".join(f"'{sheet.name}'" for sheet in alike)
        others = [f"sheet '{sheet.name}'" for sheet in sheets if sheet not in alike]
        oddities.note(
            "sheet not read", f"The cameras were read from {names}, whose column names are understood best.", *others
        )
        if len(alike) > 1:
            oddities.note(
                "sheets read as one list", "They have the same header.", *(f"sheet '{sheet.name}'" for sheet in alike)
            )
    tables = [headed_table(sheet.cells, file=file, wanted=wanted, oddities=Oddities(file),
                           where=f"sheet '{sheet.name}'" if len(sheets) > 1 else "") for sheet in alike]  # fmt: skip
    return _joined(tables, oddities.notices())


def _joined(tables: list[Table], notices: tuple[Notice, ...]) -> Table:
    """Return tables of the same columns as one."""
    first = tables[0]
    columns = {
        name: [cell for table in tables for cell in table.columns.get(name, [""] * len(table.rows))]
        for name in first.columns
    }
    rows = [row for table in tables for row in table.rows]
    return replace(
        first, columns=columns, rows=rows, notices=notices + tuple(n for table in tables for n in table.notices)
    )
