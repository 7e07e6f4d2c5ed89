"""Posts keep their meaning through storage, and only what a reader sees makes a revision."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from falselight.post import Author, Contact, Engagement, Media, Post, post_from_dict, post_to_dict

POST = Post(
    id="rss-0001",
    source="northgate-wire",
    platform="rss",
    channel="northgate-wire.example",
    url="http://northgate-wire.example/a",
    title="A title",
    text="Some text",
    published_at=datetime(2021, 11, 8, 12, tzinfo=UTC),
    collected_at=datetime(2021, 11, 8, 13, tzinfo=UTC),
    author=Author(kind="outlet", key="northgate-wire", name="Northgate Wire"),
    raw="northgate-wire/000001#0",
    contacts=(Contact(kind="phone", key="ab12"),),
    links=("http://example.org/b", "http://example.org/a"),
    media=(Media(kind="photo", url="http://example.org/p.jpg", name="caption"),),
    engagement=Engagement(views=12),
)


def test_a_post_comes_back_from_its_mapping_as_it_was() -> None:
    assert post_from_dict(post_to_dict(POST)) == POST


def test_a_mapping_holds_no_empty_fields() -> None:
    assert None not in post_to_dict(POST).values()


def test_a_wrong_field_is_named() -> None:
    with pytest.raises(ValidationError, match="published_at"):
        post_from_dict({**post_to_dict(POST), "published_at": "yesterday"})


@pytest.mark.parametrize(
    "changed",
    [
        replace(POST, engagement=Engagement(views=999)),
        replace(POST, collected_at=datetime(2022, 1, 1, tzinfo=UTC)),
        replace(POST, links=tuple(reversed(POST.links))),
        replace(POST, raw="northgate-wire/000009#0"),
    ],
)
def test_clocks_counts_and_order_of_links_are_no_new_content(changed: Post) -> None:
    assert changed.content == POST.content


@pytest.mark.parametrize(
    "changed",
    [
        replace(POST, text="Some other text"),
        replace(POST, title=None),
        replace(POST, contacts=()),
        replace(POST, media=()),
        replace(POST, links=()),
    ],
)
def test_whatever_a_reader_sees_is_new_content(changed: Post) -> None:
    assert changed.content != POST.content
