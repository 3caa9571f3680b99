"""Bring the map's scripts into the package, unbundled, from npm; or check what is there against the manifests.

``python tools/vendor_scripts.py`` asks npm's own client for each pinned version, compares its integrity hash with the one
stated here and keeps the files that a page needs, with their licences. ``--check`` compares the files with the manifests, offline.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

VENDOR = Path(__file__).parents[1] / "src" / "overseen" / "report" / "vendor"


@dataclass(frozen=True)
class Release:
    """A pinned release of npm.

    ``kept``: file of the release -> name here; ``beside``: files here that the release does not carry, with where they are from.
    """

    folder: str
    name: str
    version: str
    integrity: str
    kept: Mapping[str, str]
    beside: Mapping[str, str] = field(default_factory=dict)

    @property
    def manifest(self) -> Path:
        """Return the file that states what was kept; one folder may hold the files of two releases."""
        return VENDOR / self.folder / f"manifest{'' if self.folder in self.name else '-' + self.name}.json"


RELEASES = (
    Release(
        "maplibre-gl", "maplibre-gl", "6.17.0",
        "sha512-2chIZwpLGenoUQOcnm9Pk4SLbA8ppNFq8jlpXiq9vcYm3Y1wJ3fc82FL0GLwBaPYJCLzPv/mC46KEupVov75rQ==",
        {
            "package/dist/maplibre-gl.mjs": "maplibre-gl.mjs",
            "package/dist/maplibre-gl-worker.mjs": "maplibre-gl-worker.mjs",
            "package/dist/maplibre-gl.css": "maplibre-gl.css",
            "package/LICENSE.txt": "LICENSE.txt",
        },
    ),
    Release(
        "pmtiles", "pmtiles", "4.5.0",
        "sha512-CBeD4SoUluFziGdy/8k7FOjQxQy486n+929W/tWophauvMICpkZ26vGBWhDt/6b1FZQWNaf4jFdT/5+q0Wii5w==",
        {"package/dist/pmtiles.js": "pmtiles.js"},
        # The release names its licence, BSD-3-Clause, and carries no text of it.
        {"LICENSE.txt": "https://github.com/protomaps/PMTiles/blob/main/LICENSE"},
    ),
    # Bundled in pmtiles.js; only its licence is kept.
    Release(
        "pmtiles", "fflate", "0.8.2",
        "sha512-cPJU47OaAoCbg0pBvzsgpTPhmhqI5eJjh/JIu8tPj5q+T7iLvW/JAYUqmE7KOB4R1ZyEhzBaIQpQpardBF5z8A==",
        {"package/LICENSE": "LICENSE-fflate.txt"},
    ),
    Release(
        "mapbox-gl-rtl-text", "@mapbox/mapbox-gl-rtl-text", "0.4.0",
        "sha512-WNSgEFxXd2a15Eh2GwZNWBiV7Z8leq8JEGcoHpfrgaBDmFQMW4a1MO5Ol9BNv6APqTbHZ8uq7L8H5q2KCVt1kg==",
        {"package/dist/mapbox-gl-rtl-text.js": "mapbox-gl-rtl-text.js", "package/LICENSE.md": "LICENSE.md"},
    ),
)  # fmt: skip


def checksums(release: Release) -> dict[str, str]:
    """Return the checksum of each vendored file that is there."""
    names = sorted({*release.kept.values(), *release.beside})
    paths = {name: VENDOR / release.folder / name for name in names}
    return {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in paths.items() if path.is_file()}


def faults(release: Release) -> list[str]:
    """Return a sentence for each vendored file that is not as the manifest says."""
    stated = json.loads(release.manifest.read_text(encoding="utf-8"))
    if (stated["name"], stated["version"], stated["integrity"]) != (release.name, release.version, release.integrity):
        return [f"The manifest names another release of {release.name} than this script."]
    if set(stated["files"]) != {*release.kept.values(), *release.beside}:
        return [f"The manifest of {release.name} names other files than this script."]
    found = checksums(release)
    return [
        f"{release.folder}/{name} is not as vendored."
        for name, digest in stated["files"].items()
        if found.get(name) != digest
    ]


def vendor(release: Release) -> None:
    """Fetch a release with npm and write its files and the manifest."""
    folder = VENDOR / release.folder
    with tempfile.TemporaryDirectory() as scratch:
        command = ["npm", "pack", f"{release.name}@{release.version}", "--json", "--pack-destination", scratch]
        packed = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)[0]
        if packed["integrity"] != release.integrity:
            sys.exit(
                f"{release.name} {release.version} has integrity {packed['integrity']}, not {release.integrity}; nothing was changed."
            )
        folder.mkdir(parents=True, exist_ok=True)
        (archived,) = Path(scratch).glob("*.tgz")
        with tarfile.open(archived) as archive:
            for member, name in release.kept.items():
                content = archive.extractfile(member)
                if content is None:
                    sys.exit(f"{member} is not in the release; nothing more was changed.")
                (folder / name).write_bytes(content.read())
    stated = {
        "name": release.name,
        "version": release.version,
        "integrity": release.integrity,
        "files": checksums(release),
    }
    if release.beside:
        stated["beside"] = dict(release.beside)
    release.manifest.write_text(json.dumps(stated, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="compare the files with the manifests, offline")
    if parser.parse_args().check:
        problems = [fault for release in RELEASES for fault in faults(release)]
        sys.exit("\n".join(problems) if problems else 0)
    for one in RELEASES:
        vendor(one)
