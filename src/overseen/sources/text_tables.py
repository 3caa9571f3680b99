"""Delimited text: any delimiter, any encoding, a title above the header or no header at all."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Collection, Sequence

import charset_normalizer

from overseen.errors import Fault, SourceError
from overseen.model.provenance import Notice
from overseen.sources.camera_columns import known_meanings, plain_name, recognised_count
from overseen.sources.contents import encoding_by_bytes
from overseen.sources.coordinates import parsed_coordinate, parsed_shape
from overseen.sources.tables import Oddities, Table, table_of_cells

DELIMITERS = (",", ";", "\t", "|", "^", "~", ":")
"""Tried in this order; of two that cut equally well the first is taken."""

LATIN = ("cp1252", "cp1250", "cp1254")
OTHERS = ("cp949", "cp932", "gb18030", "big5", "cp1251", "cp874", "cp1256", "cp1253", "cp1255", "koi8-r")
"""Tried on bytes that are no Unicode; of two that read equally many column names the likelier is taken."""

_NOTHING = frozenset(("nan", "NaN", "NULL", "<NA>", "#N/A"))
"""What programs write for an empty cell."""

HEADER_ROWS = 30
"""A header is looked for in the first rows only."""

_SAMPLE = 200
_NAMES_BYTES = 20_000

Cells = list[list[str]]


def text_table(data: bytes, *, file: str, wanted: Collection[str] = ()) -> Table:
    """Return the table that delimited text holds; ``wanted`` are column names that the plan counts on.

    Raises
    ------
    SourceError
        If it holds no row.
    """
    encoding, notices = text_encoding(data, file=file)
    text = data.decode(encoding, errors="replace")
    oddities = Oddities(file)
    if "\ufffd" in text:
        oddities.note("letter that cannot be read", f"It stands as \ufffd; the file was read as {encoding}.",
                      *["in the text"] * text.count("\ufffd"))  # fmt: skip
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
    delimiter, lines = _stated_delimiter(lines)
    cells = _cut(lines, delimiter or _best_delimiter(lines, wanted))
    return headed_table(cells, file=file, wanted=wanted, oddities=oddities, notices=notices)


def text_encoding(data: bytes, *, file: str) -> tuple[str, tuple[Notice, ...]]:
    """Return the encoding of a text, and a notice if it is not Unicode.

    Where the bytes fit several, the one in which most column names are understood is taken, then what the
    statistics of letters say.
    """
    told = encoding_by_bytes(data)
    if told is not None:
        return told, ()
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        first = error.start
    else:
        return "utf-8", ()
    encoding = max(_likely_encodings(data), key=lambda name: _understood(data[:_NAMES_BYTES], name))
    return encoding, (Notice(file, "text that is not UTF-8", 1, f"byte {first:,}",
                             f"It was read as {encoding}; if names look wrong, save it as UTF-8."),)  # fmt: skip


def _likely_encodings(data: bytes) -> list[str]:
    """Return encodings, the likeliest first, by how letters beyond ASCII stand: alone in Latin texts, in runs elsewhere.

    The detector alone takes the one umlaut of a short list for a Chinese character.
    """
    beyond = b"".join(re.findall(rb"[\x80-\xff]+", data))
    alone = re.findall(rb"(?<![\x80-\xff])[\x80-\xff](?![\x80-\xff])", data)
    first, last = (LATIN, OTHERS) if len(alone) * 2 >= len(beyond) else (OTHERS, LATIN)
    if first is LATIN and sum(code < 0xA0 for code in beyond) * 2 > len(beyond):
        # There the encodings of Windows have signs, that of older Macs has its letters.
        return ["mac-roman", *LATIN, *OTHERS]
    likely = charset_normalizer.from_bytes(data[:500_000], cp_isolation=list(first)).best()
    alike = likely.could_be_from_charset if likely else []
    best = [name for name in first if codecs.lookup(name).name in {codecs.lookup(other).name for other in alike}]
    return list(dict.fromkeys([*best, *first, *last]))


def _understood(data: bytes, encoding: str) -> tuple[int, bool]:
    """Return how many column names the head of a text has in an encoding, and whether every byte has a letter."""
    text = data.decode(encoding, errors="replace")
    lines = text.splitlines()[:5]
    names = max(
        (recognised_count(line.replace('"', "").split(mark)) for line in lines for mark in DELIMITERS), default=0
    )
    return names, "\ufffd" not in text[:-2]


def _stated_delimiter(lines: str) -> tuple[str | None, str]:
    """Return the delimiter of a first line ``sep=;``, as spreadsheet programs write it, and the lines below."""
    first, _, rest = lines.partition("\n")
    if first.strip().strip('"').lower().startswith("sep=") and len(first.strip().strip('"')) == 5:
        return first.strip().strip('"')[-1], rest
    return None, lines


def _cut(lines: str, delimiter: str) -> Cells:
    csv.field_size_limit(2**30)
    reader = csv.reader(io.StringIO(lines), delimiter=delimiter, skipinitialspace=True)
    return [["" if cell.strip() in _NOTHING else cell.strip() for cell in row] for row in reader]


def _best_delimiter(lines: str, wanted: Collection[str]) -> str:
    """Return the delimiter by which most column names are understood, then by which most rows are equally wide."""

    def worth(delimiter: str) -> tuple[int, float, int]:
        cells = [row for row in _cut("\n".join(lines.split("\n", _SAMPLE)[:_SAMPLE]), delimiter) if any(row)]
        widths = Counter(len(row) for row in cells if len(row) > 1)
        if not widths:
            return 0, 0.0, 0
        known = max(understood_names(row, wanted) for row in cells[:HEADER_ROWS])
        width, rows = widths.most_common(1)[0]
        return known, round(rows / len(cells), 2), width

    return max(DELIMITERS, key=worth)


def understood_names(row: Sequence[str], wanted: Collection[str]) -> int:
    """Return how many cells of a row are column names that are understood, or that the plan names."""
    plain = {plain_name(name) for name in wanted}
    return recognised_count(row) + sum(1 for cell in row if cell and plain_name(cell) in plain)


def headed_table(
    cells: Cells,
    *,
    file: str,
    wanted: Collection[str],
    oddities: Oddities,
    notices: tuple[Notice, ...] = (),
    where: str = "",
) -> Table:
    """Return rows of cells as a table under their header, wherever it stands; ``where`` names the sheet in front of a row.

    Raises
    ------
    SourceError
        If there is no row.
    """
    filled = [number for number, row in enumerate(cells) if any(row)]
    if not filled:
        raise SourceError([Fault(file, where, "it holds no row", "give a file that lists cameras")])
    header = _header_place(cells, filled, wanted)
    if header is None:
        width = max(len(cells[number]) for number in filled)
        names = [f"column {number}" for number in range(1, width + 1)]
        oddities.note("table without a header", "Its columns are called column 1, column 2 and so on.", "the first row")
        body = filled
    else:
        names = cells[header]
        body = [number for number in filled if number > header]
        if header != filled[0]:
            above = [f"row {number + 1}" for number in filled if number < header]
            oddities.note("row above the header", "It was taken for a title.", *above)
    while (
        names
        and not names[-1]
        and not any(len(cells[number]) >= len(names) and cells[number][len(names) - 1] for number in body)
    ):
        names = names[:-1]
    rows = [f"{where}{', ' if where else ''}row {number + 1}" for number in body]
    return _fitted(names, [cells[number] for number in body], rows, oddities, notices)


def _fitted(
    names: Sequence[str], body: Cells, rows: list[str], oddities: Oddities, notices: tuple[Notice, ...]
) -> Table:
    """Return a table whose rows are as wide as its header; those that were not are counted."""
    if not body:
        raise SourceError([Fault(oddities.file, "", "it holds no row", "give a file that lists cameras")])
    width = len(names)
    long = [row for row, cells in zip(rows, body, strict=True) if any(cells[width:])]
    short = [row for row, cells in zip(rows, body, strict=True) if len(cells) < width]
    oddities.note(
        "row longer than the header",
        "Its last cells were not read; a delimiter inside a cell without quotes moves the cells after it.",
        *long,
    )
    oddities.note("row shorter than the header", "The cells that are missing count as empty.", *short)
    fitted = [[*cells[:width], *[""] * (width - len(cells))] for cells in body]
    return table_of_cells(names, fitted, rows=rows, notices=notices + oddities.notices())


def _header_place(cells: Cells, filled: Sequence[int], wanted: Collection[str]) -> int | None:
    """Return which row is the header: the one of the first rows with most names understood; ``None`` if there is none."""
    first = filled[:HEADER_ROWS]
    scores = [understood_names(cells[number], wanted) for number in first]
    best = max(scores)
    if best >= 2 or (best == 1 and scores[0] == 1):
        return first[scores.index(best)]
    return None if _is_data(cells[first[0]]) else first[0]


def _is_data(row: Sequence[str]) -> bool:
    """Return whether a row holds values rather than names: two coordinates, or a shape."""
    numbers = [cell for cell in row if parsed_coordinate(cell) is not None and any(mark in cell for mark in ".,")]
    return len(numbers) >= 2 or any(parsed_shape(cell) and not known_meanings(cell) for cell in row)
