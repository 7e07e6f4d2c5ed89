"""Places: inflected, with clitics, as flags; everyday words only with a second sign."""

from __future__ import annotations

import pytest

from nlp.contract import Failed, Text
from nlp.pipeline import PlaceHit, analyse


def _places(text: str) -> list[PlaceHit]:
    (result,) = analyse([Text(id="1", text=text)])
    assert not isinstance(result, Failed)
    return list(result.places)


@pytest.mark.parametrize(
    ("text", "countries"),
    [
        ("Мигрантов вывезли из Польши в Литву", ["PL", "LT"]),
        ("Z Białorusi do Niemiec jadą busy", ["BY", "DE"]),
        ("Türkiye'den Almanya'ya gidiyoruz", ["TR", "DE"]),
        ("قارب لليونان من تركيا هذه الليلة", ["GR", "TR"]),
        ("از عراق به لهستان می‌روند", ["IQ", "PL"]),
        ("لە تورکیاوە بۆ یۆنان دەچن", ["TR", "GR"]),
        ("Ji Tirkiyeyê ber bi Yewnanistanê ve diçin", ["TR", "GR"]),
        ("Migrantai iš Baltarusijos pateko į Lenkiją", ["BY", "PL"]),
        ("ከሱዳን ወደ ሊቢያ በመኪና ይጓዛሉ", ["SD", "LY"]),
        ("🇧🇾→🇵🇱→🇩🇪", ["BY", "PL", "DE"]),
    ],
)
def test_countries_are_found_in_their_forms(text: str, countries: list[str]) -> None:
    assert [place.country for place in _places(text)] == countries


def test_cities_and_crossings_know_their_country() -> None:
    found = {place.country: place.type for place in _places("From Minsk to the crossing at Bruzgi, then Białystok")}
    assert found["BY"] in {"city", "crossing"}
    assert found["PL"] == "city"


def test_everyday_words_are_no_places_by_themselves() -> None:
    assert not [place for place in _places("We roast a turkey and some chili for dinner tonight") if place.country]
    assert not [place for place in _places("سيارتي تحتاج اصلاح مالي كبير هذا الشهر") if place.country == "ML"]
    assert not [place for place in _places("او این کار را کرد و رفت") if place.country]


def test_spans_point_into_the_text_as_given() -> None:
    text = "Bus: P O L A N D via M1nsk"
    for place in _places(text):
        assert text[place.start : place.end] == place.text


def test_direction_words_give_roles() -> None:
    roles = {place.country: place.role for place in _places("from Belarus through Poland to Germany")}
    assert roles == {"BY": "origin", "PL": "transit", "DE": "destination"}


def test_where_is_not_where_to() -> None:
    assert {place.role for place in _places("Встреча прошла в Минске, сообщили журналистам")} == {None}
