"""The account of what was read of the cameras stands in the record and in the report."""

from __future__ import annotations

from dataclasses import replace

from overseen.report.compose import document
from overseen.report.document import Table
from overseen.report.export import assessment_record
from tests.report.factory import paper_assessment
from tests.sources.camera_text import listed


def test_readings_are_in_the_record_and_in_the_report() -> None:
    found = paper_assessment()
    network = replace(found.plan.network, readings=listed({"bearing": "90;NB"}, {"bearing": "NB"}, {}).readings)
    found = replace(found, plan=replace(found.plan, network=network))
    bearing = assessment_record(found)["readings"][0]
    assert (bearing["attribute"], bearing["read"], bearing["refused"], bearing["unknown"]) == ("bearing", 1, 1, 1)
    assert bearing["reasons"] == {"a direction of traffic, not a bearing": 2}
    blocks = [block for section in document(found).sections for block in section.blocks if isinstance(block, Table)]
    (table,) = [block for block in blocks if block.caption.startswith("What was read of the cameras")]
    assert table.rows == (
        ("list.csv", "bearing", "column bearing", "1", "1", "1", "2", "2 a direction of traffic, not a bearing"),
    )


def test_a_list_made_by_hand_has_no_account() -> None:
    blocks = [
        block
        for section in document(paper_assessment()).sections
        for block in section.blocks
        if isinstance(block, Table)
    ]
    assert not [block for block in blocks if block.caption.startswith("What was read of the cameras")]


def test_planned_cameras_are_told() -> None:
    found = paper_assessment()
    cameras = found.cameras.copy()
    cameras.loc[cameras.index[0], ["status", "is_examined"]] = "planned", False
    (section,) = [
        section for section in document(replace(found, cameras=cameras)).sections if section.name == "cameras"
    ]
    assert "1 camera marked as planned is not examined." in section.blocks[0].text
