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
from nlp.contract import Text
from nlp.masking import Masker
from nlp.pipeline import analyse
from tests.end_to_end.endstate import differences, end_state, message_ids

KILLS = 30
KILLS_PER_ROUND = 12  # then the round may come to its end, or a slow machine would never compare anything
SEED = 20211108


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_thirty_kills_lose_nothing_and_double_nothing(tmp_path: Path, sample_web: str) -> None:
    rng = random.Random(SEED)
    warm_up()
    whole, seconds = undisturbed(tmp_path / "whole", sample_web)
    kills = rounds = 0
    while kills < KILLS:
        rounds += 1
        home = tmp_path / f"round{rounds}"
        with serve_mail(home / "mails") as port:
            settings = settings_of(home, sample_web, port)
            for _ in range(KILLS_PER_ROUND):
                if not killed(settings, rng.uniform(0.02, seconds / 2)):
                    break
                kills += 1
            else:
                assert not killed(settings, None)
            with open_house(settings) as house:
                assert differences(whole, end_state(house))[:9] == [], f"round {rounds} after {kills} kills"
            # A kill between the server's 250 and our commit repeats a mail, under the same name and Message-ID.
            sent = message_ids([path.read_bytes() for path in (home / "mails").glob("*.eml")])
            assert len(sent) == len(set(sent)) == len(whole["state"]["mails"])
    print(f"{kills} kills in {rounds} rounds, a whole run takes {seconds:.1f} s")


def warm_up() -> None:
    """Read lexicons once, before the forks: else most kills would hit the seconds in which nothing is written."""
    texts = ["from Minsk to Poland", "من مينسك إلى بولندا", "из Минска в Польшу", "از مینسک به پولند", "ji Mînskê"]
    list(analyse([Text(id=str(n), text=text) for n, text in enumerate(texts)]))
    Masker().mask("call +1 202 555 0143, ask for me")


def undisturbed(home: Path, sample_web: str) -> tuple[dict[str, object], float]:
    with serve_mail(home / "mails") as port:
        settings = settings_of(home, sample_web, port)
        began = time.monotonic()
        assert not killed(settings, None)
        seconds = time.monotonic() - began
        with open_house(settings) as house:
            return end_state(house), seconds


def settings_of(home: Path, sample_web: str, smtp_port: int) -> Settings:
    """Settings of one house; all of them share one key, or no pseudonym would be like another."""
    key = home / "var/secrets/pseudonym.key"
    key.parent.mkdir(parents=True)
    key.write_text("0" * 64)
    return surround(Settings(home=home / "var"), (), web=sample_web, smtp_port=smtp_port).settings


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
