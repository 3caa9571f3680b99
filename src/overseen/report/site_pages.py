"""The pages of a site: what sees each street and each area, where to find them, the tables and the licences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pandas as pd

from overseen.model.schema import interval_columns
from overseen.model.wording import commas, later, numeral, retold, say
from overseen.report.document import Caveat, Table, Text
from overseen.report.site_city import MOST_STREETS, MOST_VIEWS, SiteCity
from overseen.report.site_overviews import area_overview, street_overview
from overseen.report.site_page import Link, Links, Page, PageSection
from overseen.report.small_map import Layer, small_map, window_around
from overseen.report.words import counted, kilometres, number_range, percent, percent_range, rounded

MARGIN_M = 80.0
"""Of a map around its street or area."""

MOST_CAMERAS = 200
"""So many cameras are listed on one page."""

MOST_LISTED = 1_000
"""So many streets are listed where all are to be found; the others are found by the search, and in the lists of areas."""

LACKING_M = 0.5
"""Less street where the map lacks buildings is what rounding leaves."""

COLUMNS = ("No.", "Camera", later("Share of draws"), "Kind", "Operator", "Stated", "Assumed")


def street_pages(city: SiteCity) -> Iterator[Page]:
    """Yield the page of each whole street."""
    for named, row in city.named_streets.iterrows():
        yield _street_page(city, str(named), row)


def area_pages(city: SiteCity) -> Iterator[Page]:
    """Yield the page of each area."""
    for area, row in city.areas.iterrows():
        yield _area_page(city, str(area), row)


def _street_page(city: SiteCity, named: str, row: pd.Series) -> Page:
    pieces = city.pieces_of(named)
    pairs = city.cameras_of_streets.get(named, _nobody())
    shapes = pieces.geometry.to_numpy()
    window = window_around(shapes, margin_m=MARGIN_M)
    layers = city.layers(window, Layer("this-street", shapes, [named] * len(shapes)), pairs["camera_id"].tolist())
    lacking_m = float(pieces["buildings_missing_length_m"].sum())
    sections = [
        PageSection("levels", say("How much of it is in view"), _street_levels(city, row, lacking_m)),
        PageSection("cameras", say("What could look at it"), _camera_blocks(city, pairs, say("this street"))),
        *_area_links(city, named),
    ]
    words = say("Map of {named}: {camera} that could look at it", named=named, camera=counted(len(pairs), "camera"))
    return Page(
        city.street_paths[named],
        named,
        say("What sees this street? {length} of it lies inside the study boundary.", length=_length(row["length_m"])),
        _street_lead(city, row, len(pairs)),
        sections,
        small_map(layers, window, words, city.courses_in(window)),
        say("{picture_words} The street is the thick line.", picture_words=_picture_words(len(pairs))),
    )


def _street_lead(city: SiteCity, row: pd.Series, camera_count: int) -> Sequence[str]:
    if not camera_count:
        return (
            say("None of the cameras listed could look at any of it, not even at {name}.", name=city.levels[0].name),
        )
    level = city.named["noticed"]
    shares = _shares(row, "noticed_length", row["length_m"])
    cameras = number_range(*(float(row[name]) for name in interval_columns("camera", "count")[1:]))
    told = say(
        "Cameras could look at {shares} of it closely enough to {name} someone{meaning}.",
        shares=_with_range(shares),
        name=level.name,
        meaning=_meaning(level.meaning),
    )
    mean = float(row["camera_count"])
    if not mean:
        return (told,)
    return (
        told,
        say(
            "At {name}, {mean} cameras on average ({cameras}) could look at some of it.",
            name=city.levels[0].name,
            mean=rounded(mean, digits=2),
            cameras=cameras,
        ),
    )


def _street_levels(city: SiteCity, row: pd.Series, lacking_m: float) -> list[Table | Caveat | Text]:
    told: dict[tuple[str, str], str] = {}
    for stem, level in city.named.items():
        told.setdefault((level.name, say("could look at")), f"{stem}_length")
    told[city.named["noticed"].name, "in view at any one moment"] = "at_once_length"
    blocks: list[Table | Caveat | Text] = [
        _levels_table({place: (row, stem) for place, stem in told.items()}, row["length_m"])
    ]
    if lacking_m > LACKING_M:
        blocks.append(
            Caveat(
                say(
                    "Along {length} of it the map lacks buildings, so that nothing hides what lies there: what is told"
                    " of it is an upper bound.",
                    length=_length(lacking_m),
                )
            )
        )
    return [*blocks, Text(say("Plate readers watch vehicles: they are in none of these numbers."))]


def _levels_table(told: Mapping[tuple[str, str], tuple[pd.Series, str]], length_m: float) -> Table:
    rows = []
    for (level, view), (row, stem) in told.items():
        metres = [float(row[name]) for name in interval_columns(stem, "m")]
        rows.append(
            (
                level,
                view,
                _with_range(_shares(row, stem, length_m)),
                say("{metres} m ({range})", metres=rounded(metres[0]), range=number_range(*metres[1:])),
            )
        )
    caption = say("Mean over the draws of what is not known, and in brackets the range that holds 90 % of them")
    return Table(
        caption, (say("Level"), say("View"), say("Share"), say("Length")), tuple(rows), (False, False, True, True)
    )


def _shares(row: pd.Series, stem: str, length_m: float) -> tuple[float, float, float]:
    mean, low, high = (
        min(1.0, float(row[name]) / length_m) if length_m else 0.0 for name in interval_columns(stem, "m")
    )
    return mean, low, high


def _with_range(shares: tuple[float, float, float]) -> str:
    mean, low, high = shares
    return f"{percent(mean, width=high - low)} ({percent_range(low, high)})"


def _length(metres: float) -> str:
    return kilometres(metres) if metres >= 1000.0 else say("{metres}\N{NO-BREAK SPACE}m", metres=rounded(metres))


def _meaning(words: str) -> str:
    return f" ({retold(words)})" if words else ""


def _nobody() -> pd.DataFrame:
    return pd.DataFrame({"camera_id": [], "is_for_vehicles": [], "draws_share": []})


def _picture_words(camera_count: int) -> str:
    if not camera_count:
        return say("Hollow dots are cameras that could not look at it.")
    views = (
        say("; of more than {most_views} cameras the views of the first are drawn", most_views=MOST_VIEWS)
        if camera_count > MOST_VIEWS
        else ""
    )
    return say(
        "Full dots are cameras that could look at it, by their number in the table, and the shaded areas all"
        " that they may turn to under the central assumptions{views}; hollow dots are other cameras. Beyond"
        " the study boundary nothing hides what lies there.",
        views=views,
    )


def _camera_blocks(city: SiteCity, pairs: pd.DataFrame, what: str) -> list[Text | Table | Caveat]:
    if pairs.empty:
        return [Text(say("No camera of the list could look at {what} in any of the draws.", what=what))]
    shown = pairs.head(MOST_CAMERAS)
    cameras = city.cameras.reindex(shown["camera_id"])
    rows = []
    told = zip(cameras.index, cameras.to_dict("records"), shown["is_for_vehicles"], shown["draws_share"], strict=True)
    for number, (camera, row, reads_plates, share) in enumerate(told, start=1):
        kind = f"{_named(row['kind'], 'unknown')}{', reads plates' if reads_plates else ''}"
        stated, assumed = (_attributes(row[name]) for name in ("stated", "assumed"))
        operator, stated = _named(row["operator"], say("not named")), stated or say("its position alone")
        rows.append((numeral(str(number)), str(camera), percent(share), kind, operator, stated, assumed or "nothing"))
    numeric = (True, False, True, False, False, False, False)
    blocks: list[Text | Table | Caveat] = [
        Text(
            say(
                "The share of draws tells in how many of the draws of what is not known the camera could look at"
                " some of {what}, at {name}, the lowest level. Whether it does so is another question: a camera that"
                " turns looks one way at a time.",
                what=what,
                name=city.levels[0].name,
            )
        ),
        Table(say("Cameras of the list, those in most draws first"), COLUMNS, tuple(rows), numeric),
    ]
    if len(pairs) > len(shown):
        blocks.append(
            Caveat(
                say("{pairs:,} more cameras are left out here; they are in the tables.", pairs=len(pairs) - len(shown))
            )
        )
    return blocks


def _named(value: object, otherwise: str) -> str:
    return otherwise if not isinstance(value, str) or not value or value == "unknown" else value


def _attributes(value: object) -> str:
    words = value.split() if isinstance(value, str) else []
    return commas(word.replace("_", " ") for word in words)


def _area_links(city: SiteCity, named: str) -> list[PageSection]:
    areas = city.street_areas.get(named, [])
    if not areas:
        return []
    links = [Link(str(city.area_names[area]), city.area_paths[area]) for area in areas]
    return [PageSection("areas", say("Areas that it runs through"), [Links(links)])]


def _area_page(city: SiteCity, area: str, row: pd.Series) -> Page:
    name = str(city.area_names[area])
    pairs = city.cameras_of_areas.get(area, _nobody())
    shape = np.array([row.geometry], dtype=object)
    window = window_around(shape, margin_m=MARGIN_M)
    nothing = Layer("this-street", np.empty(0, dtype=object))
    under = (Layer("this-area", shape, [name]),)
    layers = city.layers(window, nothing, pairs["camera_id"].tolist(), under=under)
    level = city.named["noticed"]
    share = _with_range(_shares(row, f"reachable_{level.name}_length", row["length_m"]))
    standing = counted(row["camera_count"], "examined camera")
    lead = (
        say(
            "Cameras could look at {share} of its {length} of open-air street that can be walked, closely enough"
            " to {name} someone{meaning}.",
            share=share,
            length=_length(row["length_m"]),
            name=level.name,
            meaning=_meaning(level.meaning),
        ),
        say(
            "{standing} {value} in it. Residents: {residents}.",
            standing=standing,
            value="stands" if row["camera_count"] == 1 else "stand",
            residents=row["residents"],
        ),
    )
    return Page(
        city.area_paths[area],
        name,
        say("What sees this area?"),
        lead,
        [
            PageSection("levels", say("How much of its street is in view"), _area_levels(city, row)),
            PageSection(
                "cameras", say("What could look at its streets"), _camera_blocks(city, pairs, say("its streets"))
            ),
            *_street_links(city, area),
        ],
        small_map(
            layers,
            window,
            say(
                "Map of {name}: {camera} that could look at its streets",
                name=name,
                camera=counted(len(pairs), "camera"),
            ),
            city.courses_in(window),
        ),
        say("{picture_words} The dashed line is the area.", picture_words=_picture_words(len(pairs))),
    )


def _area_levels(city: SiteCity, row: pd.Series) -> list[Table | Caveat]:
    views = {"reachable": say("could look at"), "at_once": say("in view at any one moment")}
    told = {
        (level.name, words): (row, f"{view}_{level.name}_length")
        for level in city.levels
        for view, words in views.items()
    }
    blocks: list[Table | Caveat] = [_levels_table(told, row["length_m"])]
    missing = row["buildings_missing_share"]
    if pd.notna(missing) and missing * row["length_m"] > LACKING_M:
        blocks.append(
            Caveat(
                say(
                    "Along {missing} of its street the map lacks buildings: what is told of it is an upper bound.",
                    missing=percent(missing),
                )
            )
        )
    return blocks


def _street_links(city: SiteCity, area: str) -> list[PageSection]:
    streets = city.area_streets.get(area, [])
    if not streets:
        return []
    links = [Link(name, city.street_paths[name]) for name in streets]
    return [PageSection("streets", say("Its named streets"), [Links(links)])]


def find_page(city: SiteCity) -> Page:
    """Return the page on which streets and areas are found."""
    names = city.named_streets.index.tolist()
    listed = sorted(names[:MOST_LISTED])
    links = Links([Link(name, city.street_paths[name], _beside(city, name)) for name in listed])
    blocks: list[Caveat | Text | Links] = [links] if listed else [Text(say("No street of this place bears a name."))]
    if len(names) > len(listed):
        blocks.insert(
            0,
            Caveat(
                say(
                    "The {listed:,} longest are listed; the search finds all {names:,}.",
                    listed=len(listed),
                    names=len(names),
                )
            ),
        )
    whole = city.run["named_streets"]
    unnamed_m = float(city.streets["length_m"].sum()) - float(whole["length_m"].sum())
    left_out = [
        say(
            "{length} of street bear no name and have no page; they are on the map of the report.",
            length=_length(unnamed_m),
        )
    ]
    if len(whole) > MOST_STREETS:
        left_out.append(
            say(
                "Of {whole:,} streets the {most_streets:,} longest have a page; the others are in the tables.",
                whole=len(whole),
                most_streets=MOST_STREETS,
            )
        )
    return Page(
        "find.html",
        say("Find a street"),
        say("What could look at your street, and how sure is that?"),
        (),
        [
            PageSection("all", say("Named streets"), blocks),
            PageSection(
                "left-out",
                say("What is not here"),
                [
                    Text(
                        " ".join(left_out)
                        if unnamed_m > LACKING_M
                        else " ".join(left_out[1:]) or say("Every street has a page.")
                    )
                ],
            ),
        ],
        *street_overview(city),
        has_search=True,
    )


def _beside(city: SiteCity, named: str) -> str:
    return _length(float(city.named_streets.loc[named, "length_m"]))


def search_rows(city: SiteCity) -> list[list[str]]:
    """Return what the search knows: name, what stands beside it, path."""
    streets = [[name, _beside(city, name), path] for name, path in city.street_paths.items()]
    return streets + [[str(city.area_names[area]), "area", path] for area, path in city.area_paths.items()]


def areas_page(city: SiteCity) -> Page:
    """Return the list of areas with the share of street in view."""
    level = city.named["noticed"]
    links = []
    for area, row in city.areas.iterrows():
        share = _with_range(_shares(row, f"reachable_{level.name}_length", row["length_m"]))
        links.append(Link(str(city.area_names[area]), city.area_paths[str(area)], share))
    words = say("Beside each stands the share of its street that cameras could look at, at {name}.", name=level.name)
    blocks: list[Text | Links] = [Text(words), Links(links)] if links else [Text(say("No area has a street in it."))]
    return Page(
        "areas.html", say("Areas"), "", (), [PageSection("all", say("All areas"), blocks)], *area_overview(city)
    )


def licences_page(sources: Sequence[Mapping[str, str]], version: str) -> Page:
    """Return where the data come from and under which licences they and the software stand."""
    rows = tuple(
        (
            source["role"],
            source["file"],
            *(source[part] or say("not stated") for part in ("date", "attribution", "licence")),
        )
        for source in sources
    )
    numeric = (False,) * 5
    software = say(
        "Computed and drawn with overseen {version}, Apache License 2.0. The map of the report is drawn with"
        " MapLibre GL JS, 3-clause BSD licence; its text stands in the package overseen.",
        version=version,
    )
    note = say(
        "Whoever passes these tables on passes on the licences of the data that they are made from, and their attribution."
    )
    return Page(
        "licences.html",
        say("Sources and licences"),
        "",
        (),
        [
            PageSection("data", "Data", [Table(say("What was read"), (say("What"), say("File"), say("Date"), say("Attribution"), say("Licence")), rows, numeric), Text(note)]),
            PageSection("software", "Software", [Text(software)]),
        ],
    )  # fmt: skip


FILE_KINDS = (
    ("read", later("To read and to print"), (".pdf", ".docx")),
    ("map", later("For a map"), (".gpkg",)),
    ("sheet", later("For a spreadsheet"), (".csv",)),
    ("program", later("For programs"), (".parquet", ".json")),
)
"""What files are for, by how their names end."""


def tables_page(files: Sequence[Link]) -> Page:
    """Return the files to download, those for one use together."""
    words = say(
        "overseen.gpkg opens in QGIS with its styles; the folder tables holds every table for a spreadsheet, with a dictionary of all"
        " columns; Parquet is for programs. run.json tells of every file its checksum, and of the run its inputs, versions and seed."
    )
    kinds = [(name, title, [link for link in files if link.name.endswith(ends)]) for name, title, ends in FILE_KINDS]
    sections = [PageSection(name, say(title), [Links(some)]) for name, title, some in kinds if some]
    return Page("tables.html", say("Tables"), "", (words,), sections)
