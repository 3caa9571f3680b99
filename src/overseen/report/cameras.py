"""The section on the cameras of the list: where they stand, and what is stated of them."""

from __future__ import annotations

from overseen.assessment.findings import Assessment
from overseen.model.wording import commas, later, say
from overseen.report.document import Section, Table, Text
from overseen.report.in_view import found_count
from overseen.report.words import counted, percent

PLACEMENT_WORDS = {
    "free": later("stands free, as mapped"),
    "on_facade": later("hangs on a wall; set off from it"),
    "on_roof": later("stands on a roof"),
    "moved_to_facade": later("mapped inside a building or beside its wall; moved out of the nearest one"),
    "inside_building": later("mapped deep inside a building; its view is not examined"),
    "indoor": later("indoors by its own tag; its view is not examined"),
}


def camera_section(assessment: Assessment) -> Section:
    """Return the section."""
    cameras = assessment.cameras
    listed = len(cameras)
    placement = cameras["placement"].value_counts().reindex(list(PLACEMENT_WORDS), fill_value=0)
    places = Table(
        say("Where the mapped positions fall against the buildings"),
        (say("Position"), say("Cameras"), say("Share of the list")),
        tuple(
            (PLACEMENT_WORDS[kind], say("{count:,}", count=count), percent(count / max(listed, 1)))
            for kind, count in placement.items()
            if count
        ),
        (False, True, True),
    )
    heads = found_count(assessment, "heads_listed_count")
    known = Table(
        say("What the list states of each lens"),
        (say("Attribute"), say("Stated"), say("Open"), say("Of")),
        tuple(
            (words, say("{heads:,}", heads=heads - count), say("{count:,}", count=count), say("{heads:,}", heads=heads))
            for name, words in (
                ("bearing", "bearing"),
                ("field_of_view", say("field of view")),
                ("image_width", say("pixels across the image")),
                ("mounting_height", say("mounting height")),
                ("tilt", "tilt"),
            )
            for count in [found_count(assessment, f"heads_{name}_unknown_count")]
        ),
        (False, True, True, True),
    )
    kinds = cameras["kind"].value_counts().sort_index()
    words = commas(
        say("{count:,} {kind}", count=count, kind=say("of unknown kind") if kind == "unknown" else kind)
        for kind, count in kinds.items()
    )
    operators = listed - found_count(assessment, "cameras_operator_unknown_count")
    disused = found_count(assessment, "cameras_disused_count")
    sentences = say(
        "The list has {camera}: {words}.",
        camera=counted(listed, "camera"),
        words=words,
    ) + (
        say(" It names the operator of {operators:,} of them.", operators=operators)
        if operators
        else say(" It names no operator.")
    )
    if disused:
        sentences += say(
            " {camera} marked as out of use {value} not examined.",
            camera=counted(disused, "camera"),
            value=say("is") if disused == 1 else say("are"),
        )
    planned = int(((cameras["status"] == "planned") & ~cameras["is_examined"]).sum())
    if planned:
        sentences += say(
            " {camera} marked as planned {value} not examined.",
            camera=counted(planned, "camera"),
            value=say("is") if planned == 1 else say("are"),
        )
    return Section("cameras", say("The cameras"), (Text(sentences), places, known))
