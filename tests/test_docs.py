"""Whether the documentation says what the program does, and leads nowhere else."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.components import ROOT

# DESIGN §9, the part that is there: a contract, so a command that vanishes is a broken promise.
COMMANDS = (
    "run", "parse", "tag", "evaluate", "link duplicates", "index rebuild", "index verify", "index search", "alerts run",
    "alerts explain", "sources list", "sources check", "sources new", "sources stop", "sources health", "replay",
    "status", "doctor", "serve", "models list", "models pull", "models check", "lexicon suggest",
)  # fmt: skip
TARGETS = ("help", "setup", "run", "test", "check", "bench", "docs", "clean")


def test_generated_pages_are_up_to_date() -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "scripts" / "generate_docs.py", "--check"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("command", COMMANDS)
def test_command_is_documented(command: str) -> None:
    assert f"\n## falselight {command}\n" in (ROOT / "docs" / "commands.md").read_text("utf-8")


def test_make_without_target_names_every_target() -> None:
    done = subprocess.run(["make", "--no-print-directory"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert re.findall(r"^  make (\w+) ", done.stdout, re.MULTILINE) == list(TARGETS)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built documentation; strict: a dead link or a page outside the navigation fails."""
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(folder)]
    env = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


class _Loads(HTMLParser):
    """Collects what a browser fetches by itself when it shows a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        by_itself = {"script": "src", "img": "src", "link": "href", "iframe": "src", "source": "src"}
        if address := dict(attributes).get(by_itself.get(tag, "")):
            self.found.append(address)


def test_pages_load_nothing_from_other_hosts(site: Path) -> None:
    pages = list(site.rglob("*.html"))
    loads = _Loads()
    for page in pages:
        loads.feed(page.read_text("utf-8"))
    assert len(pages) > 20
    assert [address for address in loads.found if re.match(r"(https?:)?//", address)] == []


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md", "SECURITY.md"])
def test_links_of_the_root_pages_lead_somewhere(name: str) -> None:
    targets = re.findall(r"\]\((?!https?:|mailto:|#)([^)#]+)", (ROOT / name).read_text("utf-8"))
    assert [target for target in targets if not (ROOT / target).exists()] == []


def test_decisions_say_what_was_rejected() -> None:
    pages = sorted((ROOT / "docs" / "decisions").glob("0*.md"))
    numbers = [int(page.name[:4]) for page in pages]
    assert numbers == list(range(1, len(pages) + 1))
    for page in pages:
        text = page.read_text("utf-8")
        assert "**Chosen.**" in text, page.name
        assert "**Rejected.**" in text, page.name
