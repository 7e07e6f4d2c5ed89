"""Copies: the same pairs whatever the order, short texts only when they are the same, and every pair says why."""

import random

from hypothesis import given
from hypothesis import strategies as st

from falselight.linking.duplicates import SIGNER, Signer, pairs_of_texts

ADVERT = "visa for belarus in seven days hotel and car to germany price 3400 dollars second half after you arrive"
NEARLY = "visa for belarus in seven days hotel and car to germany price 2900 dollars second half after you arrive"
OTHER = "the museum of the tin whistle will open in clare next spring with an exhibition on travelling musicians"


def kinds(texts: list[tuple[str, str]]) -> dict[tuple[str, str], str]:
    return {(pair.a, pair.b): pair.kind for pair in pairs_of_texts(texts)}


def test_the_same_words_are_an_exact_copy_whatever_the_spacing() -> None:
    assert kinds([("1", ADVERT), ("2", f"  {ADVERT}\n")]) == {("1", "2"): "exact-copy"}


def test_an_advert_with_another_price_is_a_near_copy() -> None:
    assert kinds([("1", ADVERT), ("2", NEARLY)]) == {("1", "2"): "near-copy"}


def test_other_texts_are_no_copies() -> None:
    assert kinds([("1", ADVERT), ("2", OTHER)]) == {}


def test_short_texts_pair_only_when_they_are_the_same() -> None:
    assert kinds([("1", "border is open now"), ("2", "border is open today")]) == {}
    assert kinds([("1", "border is open now"), ("2", "border is open now")]) == {("1", "2"): "exact-copy"}


def test_empty_texts_are_no_copies_of_each_other() -> None:
    assert kinds([("1", ""), ("2", " ")]) == {}


def test_every_pair_says_why() -> None:
    [pair] = pairs_of_texts([("1", ADVERT), ("2", NEARLY)])
    assert "%" in pair.why
    assert 0.6 <= pair.score < 1


@given(st.randoms(use_true_random=False))
def test_pairs_do_not_depend_on_the_order_of_arrival(rng: random.Random) -> None:
    words = ADVERT.split()
    texts = [(f"{n:02d}", " ".join(words[: 10 + n] + ["extra"] * (n % 3))) for n in range(8)]
    shuffled = rng.sample(texts, len(texts))
    assert kinds(texts) == kinds(shuffled)


def test_another_rule_is_another_revision() -> None:
    assert Signer(near=0.7).revision != SIGNER.revision
