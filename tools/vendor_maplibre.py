"""Bring MapLibre GL JS into the package, unbundled, from npm; or check what is there against the manifest.

``python tools/vendor_maplibre.py`` asks npm's own client for the pinned version, compares its integrity hash with the one
stated here and keeps the files that a page needs. ``--check`` compares the files with the manifest, offline.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

NAME, VERSION = "maplibre-gl", "6.17.0"
INTEGRITY = "sha512-2chIZwpLGenoUQOcnm9Pk4SLbA8ppNFq8jlpXiq9vcYm3Y1wJ3fc82FL0GLwBaPYJCLzPv/mC46KEupVov75rQ=="
KEPT = {
    "package/dist/maplibre-gl.mjs": "maplibre-gl.mjs",
    "package/dist/maplibre-gl-worker.mjs": "maplibre-gl-worker.mjs",
    "package/dist/maplibre-gl.css": "maplibre-gl.css",
    "package/LICENSE.txt": "LICENSE.txt",
}
FOLDER = Path(__file__).parents[1] / "src" / "overseen" / "report" / "vendor" / NAME
MANIFEST = FOLDER / "manifest.json"


def checksums() -> dict[str, str]:
    """Return the checksum of each vendored file."""
    return {name: hashlib.sha256((FOLDER / name).read_bytes()).hexdigest() for name in sorted(KEPT.values())}


def faults() -> list[str]:
    """Return a sentence for each vendored file that is not as the manifest says."""
    stated = json.loads(MANIFEST.read_text(encoding="utf-8"))
    if (stated["name"], stated["version"], stated["integrity"]) != (NAME, VERSION, INTEGRITY):
        return ["The manifest names another release than this script."]
    found = checksums()
    return [f"{name} is not as vendored." for name, digest in stated["files"].items() if found.get(name) != digest]


def vendor() -> None:
    """Fetch the release with npm and write its files and the manifest."""
    with tempfile.TemporaryDirectory() as folder:
        command = ["npm", "pack", f"{NAME}@{VERSION}", "--json", "--pack-destination", folder]
        packed = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)[0]
        if packed["integrity"] != INTEGRITY:
            sys.exit(f"{NAME} {VERSION} has integrity {packed['integrity']}, not {INTEGRITY}; nothing was changed.")
        FOLDER.mkdir(parents=True, exist_ok=True)
        with tarfile.open(Path(folder) / packed["filename"]) as archive:
            for member, name in KEPT.items():
                content = archive.extractfile(member)
                if content is None:
                    sys.exit(f"{member} is not in the release; nothing more was changed.")
                (FOLDER / name).write_bytes(content.read())
    stated = {"name": NAME, "version": VERSION, "integrity": INTEGRITY, "files": checksums()}
    MANIFEST.write_text(json.dumps(stated, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="compare the files with the manifest, offline")
    if parser.parse_args().check:
        problems = faults()
        sys.exit("\n".join(problems) if problems else 0)
    vendor()
