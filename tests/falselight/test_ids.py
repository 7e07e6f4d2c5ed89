"""Identity: stable, collision-safe, meaningless without the key."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from falselight.ids import KeyedHasher, content_hash, post_id


def test_two_sources_of_one_message_give_one_id() -> None:
    assert post_id("telegram", "some_channel/12") == post_id("telegram", "some_channel/12")


def test_the_same_native_id_on_two_platforms_gives_two_ids() -> None:
    assert post_id("telegram", "12") != post_id("rss", "12")


def test_an_empty_native_id_is_refused() -> None:
    with pytest.raises(ValueError, match="own id"):
        post_id("rss", "")


@given(st.lists(st.text(max_size=5), min_size=1, max_size=4), st.lists(st.text(max_size=5), min_size=1, max_size=4))
def test_parts_cannot_be_moved_between_fields_without_changing_the_hash(left: list[str], right: list[str]) -> None:
    assert (content_hash(*left) == content_hash(*right)) == (left == right)


def test_a_pseudonym_is_stable_under_one_key_and_other_under_another() -> None:
    ours, theirs = KeyedHasher(b"k" * 32), KeyedHasher(b"x" * 32)
    assert ours.person("microblog", "u-1") == ours.person("microblog", "u-1")
    assert ours.person("microblog", "u-1") != theirs.person("microblog", "u-1")
    assert "u-1" not in ours.person("microblog", "u-1")


def test_the_same_value_as_phone_and_as_handle_are_two_contacts() -> None:
    hasher = KeyedHasher(b"k" * 32)
    assert hasher.contact("phone", "12025550143") != hasher.contact("handle", "12025550143")


def test_a_short_key_is_refused() -> None:
    with pytest.raises(ValueError, match="16 bytes"):
        KeyedHasher(b"short")
