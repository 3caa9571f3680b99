"""overseen turns a camera network into an accountable document.

The public names are loaded when they are first used, so that importing the package costs nothing.

Examples
--------
>>> import overseen
>>> inputs = overseen.sample_inputs()
>>> len(inputs.plan.network.cameras)
221
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

_HOMES = {
    "Assessment": "overseen.assessment.findings",
    "Assumptions": "overseen.model.viewing",
    "CameraNetwork": "overseen.model.cameras",
    "City": "overseen.model.city",
    "Document": "overseen.report.document",
    "Drawing": "overseen.report.notebook",
    "Fault": "overseen.errors",
    "FrameError": "overseen.errors",
    "InputError": "overseen.errors",
    "Ladder": "overseen.model.viewing",
    "Level": "overseen.model.viewing",
    "OfflineMap": "overseen.report.notebook",
    "OutputError": "overseen.errors",
    "OverseenError": "overseen.errors",
    "Plan": "overseen.model.plan",
    "PlanError": "overseen.errors",
    "Run": "overseen.sources.run_folder",
    "SchemaError": "overseen.errors",
    "SourceError": "overseen.errors",
    "Unknown": "overseen.model.viewing",
    "Viewing": "overseen.model.viewing",
    "assess": "overseen.assessment.assess",
    "document": "overseen.report.compose",
    "explore": "overseen.report.notebook",
    "get_assumptions": "overseen.sources.packs",
    "get_ladder": "overseen.sources.packs",
    "isovists": "overseen.visibility.from_points",
    "plot_levels": "overseen.report.notebook",
    "read_camera_file": "overseen.sources.camera_file",
    "read_plan": "overseen.sources.plan_file",
    "read_run": "overseen.sources.run_folder",
    "sample_inputs": "overseen.sources.plan_file",
    "write_run": "overseen.report.write",
}

__all__ = sorted(_HOMES)  # noqa: PLE0605 - the table above is the one list


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"overseen has no {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
