"""What a file really is, by its content first and its ending last: unpacked, named, or refused with a sentence that helps."""

from __future__ import annotations

import bz2
import codecs
import gzip
import io
import lzma
import re
import zipfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, Literal, NoReturn

from overseen.errors import Fault, SourceError

Kind = Literal[
    "text", "json", "kml", "sheets", "ods", "sqlite", "parquet", "flatgeobuf", "shapefile", "dbf", "gpx", "osm"
]

WIDEST_BYTES = 2**31
"""Nothing is unpacked beyond this: no camera list is so long, and some archives are made to fill a disk."""

FORMATS = "CSV, XLSX, ODS, GeoJSON, GeoPackage, GeoParquet, Shapefile, KML, FlatGeobuf or OpenStreetMap data"

_ENDINGS: Mapping[Kind, tuple[str, ...]] = {
    "text": (".csv", ".tsv", ".txt", ".tab", ".psv", ".dat"), "json": (".json", ".geojson", ".geojsonl", ".jsonl", ".ndjson", ".geojsons", ".topojson"),
    "kml": (".kml", ".kmz"), "sheets": (".xlsx", ".xls", ".xlsm", ".xlsb"), "ods": (".ods",),
    "sqlite": (".gpkg", ".sqlite", ".db"), "parquet": (".parquet", ".geoparquet", ".pq"), "flatgeobuf": (".fgb",),
    "shapefile": (".shp",), "dbf": (".dbf",), "gpx": (".gpx",), "osm": (".osm", ".pbf", ".xml"),
}  # fmt: skip
_PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")
_PACKED: tuple[tuple[bytes, Callable[[IO[bytes]], io.BufferedIOBase]], ...] = (
    (b"\x1f\x8b", lambda stream: gzip.GzipFile(fileobj=stream)),
    (b"BZh", bz2.BZ2File),
    (b"\xfd7zXZ\x00", lzma.LZMAFile),
)
_MAGIC: tuple[tuple[bytes, Kind], ...] = (
    (b"SQLite format 3\x00", "sqlite"), (b"PAR1", "parquet"), (b"fgb\x03", "flatgeobuf"), (b"\x00\x00\x27\x0a", "shapefile"),
)  # fmt: skip
_REFUSED: tuple[tuple[bytes, str, str], ...] = (
    (b"%PDF", "it is a PDF", "give the table behind it, as CSV or XLSX"),
    (b"\x89PNG", "it is a picture", "give the list behind it"),
    (b"\xff\xd8\xff", "it is a picture", "give the list behind it"),
    (b"GIF8", "it is a picture", "give the list behind it"),
    (b"7z\xbc\xaf", "it is packed as 7z", "unpack it first"),
    (b"Rar!", "it is packed as RAR", "unpack it first"),
    (b"\x28\xb5\x2f\xfd", "it is packed with Zstandard", "unpack it first"),
    (b"ARROW1", "it is an Arrow file", "save it as Parquet or CSV"),
    (b"version https://git-lfs", "it is a pointer of Git LFS, not the data", "run git lfs pull in its folder"),
)
_OFFICE = b"\xd0\xcf\x11\xe0"
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"),
         (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))  # fmt: skip
_HEAD = 65_536


@dataclass(frozen=True, slots=True)
class Content:
    """What a file holds once it is unpacked.

    Parameters
    ----------
    kind
        What it is.
    data
        Its bytes.
    ending
        Ending of its name, lower case; of the innermost file of an archive.
    parts
        Of a Shapefile: ending -> bytes of each of its files.
    """

    kind: Kind
    data: bytes
    ending: str
    parts: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def has_strange_ending(self) -> bool:
        """Return whether the name promises something else than the content is."""
        promised = {ending for endings in _ENDINGS.values() for ending in endings}
        return self.ending in promised and self.ending not in _ENDINGS[self.kind]


def file_content(path: Path, *, shown_as: str) -> Content:
    """Return what a file holds, unpacked from gzip, bzip2, xz or zip.

    Raises
    ------
    SourceError
        If it is damaged, locked, or nothing that a list could be read from.
    """
    name = path.name.lower()
    if name.endswith((".shx", ".prj", ".cpg")):
        _refuse(shown_as, f"it is a part of a Shapefile ({path.suffix})", f"name {path.stem}.shp instead")
    content = _unpacked(path.read_bytes(), name, shown_as, depth=0)
    if content.kind == "shapefile" and not content.parts:
        return Content("shapefile", content.data, content.ending, shapefile_parts(path))
    return content


def shapefile_parts(path: Path) -> dict[str, bytes]:
    """Return ending -> bytes of the files of a Shapefile that lie beside each other, whatever the case of their names."""
    beside = {other.name.lower(): other for other in path.parent.iterdir() if other.is_file()}
    stem = path.name[: -len(path.suffix)].lower() if path.suffix else path.name.lower()
    parts = {ending: beside[stem + ending].read_bytes() for ending in _PARTS if stem + ending in beside}
    return parts | {".shp": path.read_bytes()}


def _refuse(file: str, problem: str, remedy: str) -> NoReturn:
    raise SourceError([Fault(file, "", problem, remedy)])


def _unpacked(data: bytes, name: str, file: str, *, depth: int) -> Content:
    if depth > 3:
        _refuse(file, "it is an archive within archives", "unpack it first")
    for magic, opened in _PACKED:
        if data.startswith(magic):
            inner = name.removesuffix(PurePosixPath(name).suffix) if name.endswith((".gz", ".bz2", ".xz")) else name
            return _unpacked(_decompressed(opened, data, file), inner, file, depth=depth + 1)
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _from_zip(data, name, file, depth=depth)
    return Content(_kind(data, PurePosixPath(name).suffix, file), data, PurePosixPath(name).suffix)


def _decompressed(opened: Callable[[IO[bytes]], io.BufferedIOBase], data: bytes, file: str) -> bytes:
    try:
        with opened(io.BytesIO(data)) as stream:
            found = stream.read(WIDEST_BYTES + 1)
    except (EOFError, OSError, zlib.error, lzma.LZMAError):
        _refuse(file, "it is compressed and cut off or damaged", "download it again")
    if len(found) > WIDEST_BYTES:
        _refuse(file, "it unpacks to more than 2 GiB", "give the list alone")
    if not found:
        _refuse(file, "it is compressed and holds nothing", "give a file with content")
    return found


def _from_zip(data: bytes, name: str, file: str, *, depth: int) -> Content:
    """Return the workbook, map or list that a zip archive is or holds."""
    ending = PurePosixPath(name).suffix
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            infos = [info for info in archive.infolist() if not info.is_dir() and not _is_hidden(info.filename)]
            names = {info.filename for info in infos}
            if any(info.flag_bits & 1 for info in infos):
                _refuse(file, "it is protected by a password", "save it without one")
            if sum(info.file_size for info in infos) > WIDEST_BYTES:
                _refuse(file, "it unpacks to more than 2 GiB", "give the list alone")
            if names & {"xl/workbook.xml", "xl/workbook.bin"}:
                return Content("sheets", data, ending)
            if "word/document.xml" in names:
                _refuse(file, "it is a text document", "save its table as CSV or XLSX")
            if "mimetype" in names and b"opendocument.spreadsheet" in archive.read("mimetype"):
                return Content("ods", data, ending)
            if any(name.lower().endswith(".kml") for name in names) and not any(
                name.lower().endswith(".shp") for name in names
            ):
                # Left packed: such an archive may hold several maps that refer to each other.
                return Content("kml", data, ".kmz")
            held = {info.filename: archive.read(info) for info in infos}
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError):
        held = {}
    if not held:
        _refuse(file, "it is a zip archive that is empty, cut off or damaged", "download it again")
    return _from_members(held, file, depth=depth)


def _is_hidden(name: str) -> bool:
    return name.startswith("__MACOSX/") or PurePosixPath(name).name.startswith(".")


def _from_members(held: Mapping[str, bytes], file: str, *, depth: int) -> Content:
    shapes = [name for name in held if name.lower().endswith(".shp")]
    if len(shapes) == 1:
        stem = shapes[0][:-4].lower()
        parts = {PurePosixPath(name).suffix.lower(): data for name, data in held.items()
                 if name[:-4].lower() == stem and name[-4:].lower() in _PARTS}  # fmt: skip
        return Content("shapefile", held[shapes[0]], ".shp", parts)
    known = {end for kind, endings in _ENDINGS.items() if kind != "shapefile" for end in endings}
    lists = shapes or [name for name in held if PurePosixPath(name.lower()).suffix in known]
    if len(lists) != 1:
        many = "several files of which each could be the list" if lists else "no file that a list could be read from"
        _refuse(file, f"it is an archive with {many}", "unpack it and name the list itself")
    return _unpacked(held[lists[0]], lists[0].lower(), file, depth=depth + 1)


def _kind(data: bytes, ending: str, file: str) -> Kind:
    for magic, problem, remedy in _REFUSED:
        if data.startswith(magic):
            _refuse(file, problem, remedy)
    if data.startswith(_OFFICE):
        if "EncryptedPackage".encode("utf-16-le") in data:
            _refuse(file, "it is protected by a password", "save it without one")
        return "sheets"
    for magic, kind in _MAGIC:
        if data.startswith(magic):
            return kind
    if b"OSMHeader" in data[:40]:
        return "osm"
    if ending == ".dbf" and data[:1] in (b"\x03", b"\x83", b"\x8b", b"\xf5", b"\x30", b"\x31", b"\x43"):
        return "dbf"
    if encoding_by_bytes(data) is None and _is_binary(data[:_HEAD]):
        _refuse(file, "it is neither text nor a format known here", f"give {FORMATS}")
    return _text_kind(data, file)


def encoding_by_bytes(data: bytes) -> str | None:
    """Return the encoding that a byte order mark or the pattern of zero bytes tells; ``None`` if neither does."""
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return encoding
    head = data[: _HEAD - _HEAD % 2]
    half = len(head) // 2
    if half >= 2:
        for offset, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
            zeros, others = head[offset::2].count(0), head[1 - offset :: 2].count(0)
            if zeros > 0.3 * half and others < 0.01 * half:
                return encoding
    return None


def _is_binary(head: bytes) -> bool:
    controls = sum(head.count(code) for code in range(32) if code not in (9, 10, 12, 13, 26))
    return 0 in head or controls > 0.01 * len(head)


def _text_kind(data: bytes, file: str) -> Kind:
    head = data[:_HEAD].decode(encoding_by_bytes(data) or "latin-1", errors="ignore").lstrip("\ufeff \t\r\n").lower()
    if not head:
        _refuse(file, "it holds nothing but blanks", "give a file with content")
    if head.startswith(("{", "[")):
        return "json"
    if not head.startswith("<"):
        return "text"
    root = re.search(r"<([a-z][\w.:-]*)", re.sub(r"<!--.*?-->", "", head, flags=re.DOTALL))
    match root[1].rpartition(":")[2] if root else "":
        case "kml" | "document" | "folder":
            return "kml"
        case "osm":
            return "osm"
        case "gpx":
            return "gpx"
        case "html" | "head" | "body" | "table" | "div" | "meta" | "script":
            remedy = "download the data itself, or open it in a spreadsheet program and save it as XLSX"
            _refuse(file, "it is a web page, not a list", remedy)
    _refuse(file, "it is XML of a sort that is not known here", f"give {FORMATS}")
