"""The project's commands, with nothing but Python: ``python3 dev.py sample``, ``test`` or ``lock``.

``sample``  sets up and assesses the embedded sample, central Helsinki; says where the report is.
``test``    sets up and runs everything that must pass: lint, types, import contracts, tests.
``lock``    remakes the lock files (needs uv).

Each sets up an environment of its own in ``.venv``, from locks that state the hash of every package.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent
ENVIRONMENT = ROOT / ".venv"
LOCKS = {"run": ROOT / "requirements" / "run.lock", "dev": ROOT / "requirements" / "dev.lock"}
PROGRAMS = ENVIRONMENT / ("Scripts" if os.name == "nt" else "bin")
OLDEST = (3, 11)


def run(*command: str | Path, **options: object) -> None:
    """Run a command in the project's folder; leave with its exit code if it fails."""
    result = subprocess.run([str(part) for part in command], cwd=ROOT, check=False, **options)  # type: ignore[call-overload]
    if result.returncode:
        sys.exit(result.returncode)


def program(name: str) -> Path:
    """Return a program of the environment."""
    return PROGRAMS / (f"{name}.exe" if os.name == "nt" else name)


def set_up(group: str) -> None:
    """Make the environment hold the packages of a lock and the project itself, unless it does already."""
    if sys.version_info < OLDEST:
        sys.exit(f"Python {OLDEST[0]}.{OLDEST[1]} or newer is needed; this is {sys.version.split()[0]}.")
    wanted = hashlib.sha256(
        b"\n".join([sys.version.encode(), LOCKS[group].read_bytes(), (ROOT / "pyproject.toml").read_bytes()])
    )
    marker = ENVIRONMENT / f"ready-{group}"
    if marker.is_file() and marker.read_text(encoding="utf-8") == wanted.hexdigest():
        return
    if not program("python").exists():
        make_environment()
    print(f"Setting up {ENVIRONMENT.name} from {LOCKS[group].name}; the first time takes a minute or two.", flush=True)
    pip = (program("python"), "-m", "pip", "--quiet", "--disable-pip-version-check", "install")
    run(*pip, "--require-hashes", "--only-binary", ":all:", "-r", LOCKS[group])
    run(*pip, "--no-deps", "--no-build-isolation", "-e", ROOT)
    marker.write_text(wanted.hexdigest(), encoding="utf-8")


def make_environment() -> None:
    """Make an empty environment."""
    shutil.rmtree(ENVIRONMENT, ignore_errors=True)
    try:
        venv.create(ENVIRONMENT, with_pip=True)
    except (subprocess.CalledProcessError, ImportError):
        sys.exit("Python's venv module is incomplete here; on Debian and Ubuntu install the package python3-venv.")


def sample() -> None:
    """Assess the embedded sample."""
    set_up("run")
    run(program("overseen"), "assess", "--sample", "-o", Path("out") / "helsinki")


def test() -> None:
    """Run everything that must pass."""
    set_up("dev")
    with tempfile.TemporaryDirectory() as folder:
        # Kernels are compiled once, while style and types are checked, and not by every process that runs tests.
        example = (
            program("overseen"),
            "assess",
            Path("examples", "rival-plans", "plan-b.toml"),
            "--draws",
            "1",
            "--quiet",
        )
        compiling = subprocess.Popen([*example, "-o", Path(folder) / "out"], cwd=ROOT, stdout=subprocess.DEVNULL)
        try:
            run(program("ruff"), "check", ".")
            run(program("ruff"), "format", "--check", ".")
            run(program("lint-imports"), "--no-logo")
            run(program("mypy"))
        except SystemExit:
            compiling.kill()
            raise
        if compiling.wait():
            sys.exit("The worked example could not be assessed; see above.")
    # Tests that drive a browser leave a processor idle, so one more than there are is at work.
    workers = str((os.cpu_count() or 1) + 1)
    run(program("python"), "-m", "pytest", "-q", "-n", workers, "--dist", "loadfile", *sys.argv[2:])


def lock() -> None:
    """Remake the lock files: versions and hashes, no addresses, for every Python that the project supports."""
    shared = ("uv", "pip", "compile", "pyproject.toml", "--quiet", "--universal", "--python-version", "3.11", "--generate-hashes",
              "--no-header", "--no-annotate", "--extra", "sample", "--group", "build")  # fmt: skip
    run(*shared, "-o", LOCKS["run"])
    run(*shared, "--group", "dev", "--group", "peers", "-o", LOCKS["dev"])


if __name__ == "__main__":
    commands = {"sample": sample, "test": test, "lock": lock}
    if len(sys.argv) < 2 or sys.argv[1] not in commands:
        sys.exit(__doc__)
    commands[sys.argv[1]]()
