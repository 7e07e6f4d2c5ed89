"""Whether the distribution is what DESIGN §3 says: its packages, its data files, its light imports, its extension points."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import pytest

from connectors.cards import platforms
from connectors.contract import connector
from tests.components import ROOT

PACKAGES = ("falselight", "connectors", "nlp")
HEAVY = ("airflow", "onnxruntime", "sklearn", "spacy", "torch", "transformers")
# Folders that hold one machine's work and not the project's.
NOT_OURS = {".git", ".venv", ".venv-uv", "var", "site", "build", "dist", "__pycache__"}


def test_packages_belong_to_this_distribution() -> None:
    found = metadata.packages_distributions()
    assert {name: set(found[name]) for name in PACKAGES} == {name: {"falselight"} for name in PACKAGES}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[set[str], set[str]]:
    """Names of the packages' files, and of those in the wheel built from a copy, so that the checkout stays clean."""
    copy, out = tmp_path_factory.mktemp("copy"), tmp_path_factory.mktemp("wheel")
    for name in PACKAGES:
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, copy / name)
    ours = {str(path.relative_to(copy)) for name in PACKAGES for path in _files(copy / name)}
    build = f"from setuptools import build_meta; build_meta.build_wheel({str(out)!r})"
    subprocess.run([sys.executable, "-c", build], cwd=copy, check=True, capture_output=True)
    with zipfile.ZipFile(next(out.glob("*.whl"))) as archive:
        return ours, set(archive.namelist())


@pytest.mark.xdist_group("wheel")
def test_wheel_carries_every_file_of_the_packages(built: tuple[set[str], set[str]]) -> None:
    ours, packed = built
    assert ours - packed == set(), "name the kind of file in [tool.setuptools.package-data]"


@pytest.mark.xdist_group("wheel")
def test_wheel_carries_the_licence(built: tuple[set[str], set[str]]) -> None:
    assert any(name.endswith("licenses/LICENSE") for name in built[1])


@pytest.mark.parametrize("platform", sorted(platforms()))
def test_platform_is_module_card_and_tests(platform: str) -> None:
    assert connector(platform).platform == platform
    assert list((ROOT / "tests" / "connectors" / platform).glob("test_*.py"))


LIGHTHOUSE = '''
"""Lighthouse logs: one line a message, `number|text`."""
from datetime import UTC, datetime

from falselight.post import Draft, Refused


class Lighthouse:
    platform = "lighthouse"

    def fetch(self, source, cursor, http):
        return iter(())

    def parse(self, raws, source):
        for line in raws[0].payload.decode().splitlines():
            number, bar, text = line.partition("|")
            if not bar:
                yield Refused(native_id=line, reason="no-bar", detail="a line is number|text")
                continue
            yield Draft(
                platform=self.platform, native_id=f"log/{number}", channel="log", url=f"http://lighthouse.example/{number}",
                text=text, published_at=datetime(2021, 11, 9, tzinfo=UTC), author_kind="outlet", author_id="lighthouse",
            )


CONNECTOR = Lighthouse()
'''
CARD = {
    "title": "Lighthouse logs",
    "address": "File.",
    "native_id": "The number.",
    "author_kind": "outlet",
    "public": "All of it.",
    "legal": "Invented.",
    "politeness": "None needed.",
    "known_gaps": ["Fog."],
}


@pytest.mark.slow
def test_adding_a_platform_takes_module_and_card_and_nothing_else(tmp_path: Path) -> None:
    # The third file is its test: this one.
    shutil.copytree(ROOT / "connectors", tmp_path / "connectors", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "connectors" / "lighthouse.py").write_text(LIGHTHOUSE)
    (tmp_path / "connectors" / "lighthouse.yml").write_text(json.dumps(CARD))
    log = tmp_path / "night.log"
    log.write_text("1|a light in the north\nno bar here\n")
    done = _falselight(tmp_path, "parse", "lighthouse", str(log))
    assert done.returncode == 4, done.stderr
    assert [json.loads(line)["text"] for line in done.stdout.splitlines()] == ["a light in the north"]
    assert "no-bar" in done.stderr


@pytest.mark.parametrize("module", ["falselight.cli", "dags_common"])
def test_reading_commands_and_dags_loads_nothing_heavy(module: str, tmp_path: Path) -> None:
    # DAG files import airflow, of course; what they reach beyond it is what must stay light.
    allowed = {"airflow"} if module == "dags_common" else set()
    look = f"import sys, {module}; print(*sorted(({set(HEAVY)!r} - {allowed!r}) & sys.modules.keys()))"
    env = {**os.environ, "PYTHONPATH": str(ROOT / "dags"), "AIRFLOW_HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", look], env=env, cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert done.stdout.split("\n")[-2:] == ["", ""]


def test_no_path_of_one_machine() -> None:
    here = [re.escape(f"{path}/") for path in (ROOT.parent, Path.home()) if len(path.parts) > 1]
    path_of_a_person = re.compile("|".join([*here, r"/(?:home|Users)/(?!you\b)\w+/"]))
    found = [
        f"{path.relative_to(ROOT)}: {match[0]}"
        for path in _files(ROOT)
        if path.name != "uv.lock" and (match := path_of_a_person.search(path.read_text("utf-8", "replace")))
    ]
    assert not found


def _files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        ignored = (
            path.name in NOT_OURS or path.name.endswith(("_cache", ".egg-info", ".part")) or path.name == ".hypothesis"
        )
        if path.is_dir() and not ignored:
            yield from _files(path)
        elif path.is_file() and not ignored and path.suffix != ".pyc":
            yield path


def _falselight(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "PYTHONPATH": str(folder), "FALSELIGHT_HOME": str(folder / "var")}
    return subprocess.run(
        [sys.executable, "-m", "falselight", *arguments],
        env=env,
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
