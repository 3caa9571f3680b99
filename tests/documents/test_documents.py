"""The documents are held to the code: where nothing executes a sentence, it rots."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import click
import pytest

import overseen
from overseen.cli.main import overseen as command_line
from overseen.model.schema import TABLES
from overseen.report.folder import RECORD

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "overseen"
PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def text(name: str) -> str:
    """Return a page of the repository."""
    return (ROOT / name).read_text(encoding="utf-8")


def folders() -> dict[str, str]:
    """Return each folder of the package with the first line of its docstring."""
    found = sorted(path.parent for path in PACKAGE.glob("*/__init__.py"))
    return {
        path.name: (importlib.import_module(f"overseen.{path.name}").__doc__ or "").splitlines()[0] for path in found
    }


def test_the_architecture_page_names_every_folder_and_no_other() -> None:
    rows = dict(re.findall(r"^\| `(\w+)` \| (.+?) \|$", text("ARCHITECTURE.md"), flags=re.MULTILINE))
    assert rows == folders()


def test_every_path_that_the_pages_name_is_there() -> None:
    for page in PAGES:
        for path in re.findall(
            r"`((?:src|docs|tools|tests|visibility|kernels|sources|model|report)/[\w./-]+)`",
            page.read_text(encoding="utf-8"),
        ):
            assert (ROOT / path).exists() or (PACKAGE / path).exists(), f"{page.name}: {path}"
        for link in re.findall(r"\]\((?!http|#)([^)]+)\)", page.read_text(encoding="utf-8")):
            assert (page.parent / link).exists(), f"{page.name}: {link}"


def test_the_data_dictionary_is_as_the_schema_says() -> None:
    sys.path.insert(0, str(ROOT / "tools"))
    try:
        dictionary = importlib.import_module("data_dictionary").dictionary()
    finally:
        sys.path.remove(str(ROOT / "tools"))
    assert text("docs/data-dictionary.md") == dictionary, "run python tools/data_dictionary.py"


def test_every_unit_of_a_column_is_in_the_nomenclature() -> None:
    suffixes = re.findall(r"^\| `(_\w+)` \|", text("docs/nomenclature.md"), flags=re.MULTILINE)
    for table in TABLES:
        for column in table.columns:
            if column.kind == "number" and column.unit not in ("see unit", "see finding", "see denominator_unit"):
                assert column.name.endswith(tuple(suffixes)), f"{table.name}.{column.name}"


def test_every_command_and_option_that_the_pages_name_exists() -> None:
    for page in PAGES:
        for line in re.findall(
            r"^\s*overseen (\w+)(.*?)(?:#.*)?$", page.read_text(encoding="utf-8"), flags=re.MULTILINE
        ):
            command = command_line.commands[line[0]]
            if isinstance(command, click.Group):
                command = command.commands[line[1].split()[0]]
            options = {name for option in command.params if isinstance(option, click.Option) for name in option.opts}
            assert set(re.findall(r"(?<=\s)--?[a-z][\w-]*", line[1])) <= options, f"{page.name}: {line}"


def test_every_command_of_the_project_that_the_pages_name_exists() -> None:
    sys.path.insert(0, str(ROOT))
    try:
        dev = importlib.import_module("dev")
    finally:
        sys.path.remove(str(ROOT))
    for page in PAGES:
        for name in re.findall(r"python3 dev\.py (\w+)", page.read_text(encoding="utf-8")):
            assert callable(getattr(dev, name)), f"{page.name}: {name}"


def test_the_readme_names_what_a_run_leaves(tmp_path) -> None:
    from overseen.report.write import write_run
    from tests.report.factory import paper_assessment

    for path in write_run(paper_assessment(), tmp_path / "out"):
        assert f"`{path.name}`" in text("README.md")
    assert RECORD in text("README.md")


def test_the_plan_of_the_readme_is_understood(tmp_path) -> None:
    from overseen.sources.plan_file import _checked

    (block,) = re.findall(r"```toml\n(.*?)```", text("README.md"), flags=re.DOTALL)
    (tmp_path / "plan.toml").write_text(block, encoding="utf-8")
    assert _checked(tmp_path / "plan.toml").plan.name


def test_the_readme_gives_no_figure_that_no_command_makes() -> None:
    prose = re.sub(r"```.*?```|`[^`]*`|\([^)]*\)|Python 3\.11|License 2\.0", "", text("README.md"), flags=re.DOTALL)
    assert not re.findall(r"\d+", prose)


def test_versions_agree() -> None:
    version = PROJECT["project"]["version"]
    assert overseen.__version__ == version
    assert f"version: {version}\n" in text("CITATION.cff")
    assert re.search(r"^## \[Unreleased\]$", text("CHANGELOG.md"), flags=re.MULTILINE)


def test_the_public_names_are_all_there_are() -> None:
    assert overseen.__all__ == sorted(overseen.__all__)
    assert set(dir(overseen)) == {*overseen.__all__, "__version__"}
    for name in overseen.__all__:
        assert getattr(overseen, name).__doc__
    with pytest.raises(AttributeError, match="has no 'unknown_name'"):
        _ = overseen.unknown_name


def test_importing_the_package_loads_nothing_heavy() -> None:
    code = "import sys, overseen; sys.exit(bool({'numpy', 'pandas', 'shapely'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def public_functions():
    """Yield every public function of the package with its name."""
    for module in pkgutil.walk_packages(overseen.__path__, "overseen."):
        if ".vendor" in module.name:
            continue
        loaded = importlib.import_module(module.name)
        for name, function in inspect.getmembers(loaded, inspect.isfunction):
            if function.__module__ == module.name and not name.startswith("_"):
                yield f"{module.name}.{name}", function


def test_every_public_function_says_what_comes_back() -> None:
    for name, function in public_functions():
        first = (inspect.getdoc(function) or "").split("\n", maxsplit=1)[0]
        assert first.endswith((".", ";", ",", ":")) or len(first) > 60, f"{name}: {first!r}"


BANNED_PACKAGES = (
    "opencv", "av", "ffmpeg", "torch", "tensorflow", "face", "dlib", "imageio", "mediapipe", "ultralytics", "insightface",
    "deepface", "scikit-image", "onvif", "rtsp", "gstreamer", "easyocr", "openalpr",
)  # fmt: skip


@pytest.mark.parametrize("lock", ["run.lock", "dev.lock"])
def test_nothing_that_opens_a_stream_or_analyses_an_image_is_installed(lock) -> None:
    names = re.findall(r"^([\w.-]+)==", (ROOT / "requirements" / lock).read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert len(names) > 30
    for name in names:
        parts = name.lower().replace("_", "-").split("-")
        assert not any(banned in parts or name.lower().startswith(f"{banned}-") for banned in BANNED_PACKAGES), name


def test_no_table_has_room_for_a_person_or_a_stream() -> None:
    banned = (
        "ip",
        "url",
        "stream",
        "password",
        "login",
        "phone",
        "email",
        "face",
        "plate",
        "person",
        "owner",
        "surname",
    )
    for table in TABLES:
        for column in (table.index, *table.columns):
            assert not set(column.name.split("_")) & set(banned), f"{table.name}.{column.name}"


def test_no_function_helps_a_network_see_more() -> None:
    banned = re.compile(r"optimi[sz]e|maximi[sz]e|blind_?spot|best_site|add_camera|suggest|recommend|place_new|aim")
    for name, _ in public_functions():
        assert not banned.search(name.rsplit(".", maxsplit=1)[-1]), name


def test_locks_state_hashes_and_no_addresses() -> None:
    for lock in (ROOT / "requirements").iterdir():
        content = lock.read_text(encoding="utf-8")
        assert "://" not in content
        assert content.count("--hash=sha256:") >= len(re.findall(r"^[\w.-]+==", content, flags=re.MULTILINE))


def test_assumptions_state_their_source() -> None:
    from overseen.sources.packs import get_assumptions, pack_names

    for name in pack_names("assumptions"):
        for unknown in get_assumptions(name).unknowns:
            assert unknown.source
            assert unknown.meaning
