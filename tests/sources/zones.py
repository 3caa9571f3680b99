"""Files of zones, written for a test."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path


def write_zones(path: Path, zones: Mapping[str, Sequence[tuple[float, float]]]) -> None:
    """Write zones, each a name and the corners of a polygon in degrees, as GeoJSON."""
    features = [
        {
            "type": "Feature",
            "properties": {"name": name},
            "geometry": {"type": "Polygon", "coordinates": [[*map(list, corners), list(corners[0])]]},
        }
        for name, corners in zones.items()
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
