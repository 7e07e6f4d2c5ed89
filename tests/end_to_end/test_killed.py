"""Killed with SIGKILL at random moments of the chain and run again, the end state is that of an undisturbed run."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import threading
import time
from pathlib import Path

import pytest

from falselight.running.mailserver import serve_mail
from falselight.running.world import surround
from falselight.settings import Settings
from falselight.stages.chain import run_chain
from falselight.stages.house import open_house
from tests.end_to_end.endstate import differences, end_state, message_ids

KILLS = 30
SEED = 20211108


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_thirty_kills_lose_nothing_and_double_nothing(tmp_path: Path, sample_web: str) -> None:
    rng = random.Random(SEED)
    whole, seconds = undisturbed(tmp_path / "whole", sample_web)
    kills = rounds = 0
    while kills < KILLS:
        rounds += 1
        home = tmp_path / f"round{rounds}"
        with serve_mail(home / "mails") as port:
            settings = surround(Settings(home=home / "var"), (), web=sample_web, smtp_port=port).settings
            while killed(settings, rng.uniform(0.02, seconds / 4)):
                kills += 1
            with open_house(settings) as house:
                assert differences(whole, end_state(house)) == [], f"round {rounds} after {kills} kills"
            # A kill between the server's 250 and our commit repeats a mail, under the same name and Message-ID.
            sent = message_ids([path.read_bytes() for path in (home / "mails").glob("*.eml")])
            assert len(sent) == len(set(sent)) == len(whole["state"]["mails"])
    print(f"{kills} kills in {rounds} rounds, a whole run takes {seconds:.1f} s")


def undisturbed(home: Path, sample_web: str) -> tuple[dict[str, object], float]:
    with serve_mail(home / "mails") as port:
        settings = surround(Settings(home=home / "var"), (), web=sample_web, smtp_port=port).settings
        began = time.monotonic()
        assert not killed(settings, None)
        seconds = time.monotonic() - began
        with open_house(settings) as house:
            return end_state(house), seconds


def killed(settings: Settings, after_seconds: float | None) -> bool:
    """Run the chain in a child of its own; True when it was killed before its end."""
    child = multiprocessing.get_context("fork").Process(target=run_and_die, args=(settings, after_seconds))
    child.start()
    child.join()
    assert child.exitcode in (0, -signal.SIGKILL), f"the chain failed with {child.exitcode}"
    return child.exitcode == -signal.SIGKILL


def run_and_die(settings: Settings, after_seconds: float | None) -> None:
    if after_seconds is not None:
        threading.Timer(after_seconds, os.kill, (os.getpid(), signal.SIGKILL)).start()
    with open_house(settings) as house:
        run_chain(house)
    os._exit(0)  # a timer that still waits must not kill a run that is done
