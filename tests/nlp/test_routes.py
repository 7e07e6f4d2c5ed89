"""Routes and corridors on texts of our own, in the languages of the routes; usable as one component of any pipeline."""

from __future__ import annotations

import pytest

from nlp.contract import Failed, Text
from nlp.pipeline import Analysis, analyse


def _read(text: str) -> Analysis:
    (result,) = analyse([Text(id="1", text=text)])
    assert not isinstance(result, Failed)
    return result


@pytest.mark.parametrize(
    ("text", "route", "corridor"),
    [
        (
            "Iraqis who flew to Minsk were driven to the fence and crossed into Poland, hoping for Germany.",
            "IQ>BY+PL>DE",
            "eastern-land",
        ),
        ("Drivers wanted: Belarus to Poland, 2,500 euro, no problem at the border", ">BY>PL", "eastern-land"),
        ("Minsk → Warsaw → Berlin", ">BY+PL>DE", "eastern-land"),
        ("رحلة مضمونة من العراق إلى بيلاروسيا ثم إلى ألمانيا، السعر ٣٠٠٠ دولار", "IQ>BY>DE", "eastern-land"),
        ("قارب من تركيا لليونان الليلة", ">TR>GR", "eastern-mediterranean"),
        ("مركب من ليبيا إلى إيطاليا يوم الجمعة", ">LY>IT", "central-mediterranean"),
        ("از ترکیه به یونان با قایق، نفری ۱۵۰۰ یورو", ">TR>GR", "eastern-mediterranean"),
        ("مهاجران افغان از راه ایران و ترکیه به آلمان می‌روند", "AF>IR+TR>DE", "eastern-mediterranean"),
        ("لە تورکیاوە بۆ یۆنان بە بەلەم", ">TR>GR", "eastern-mediterranean"),
        ("لە هەولێرەوە بۆ مینسک و لەوێشەوە بۆ پۆڵەندا", "IQ>BY>PL", "eastern-land"),
        ("Ji Belarûsê derbasî Polonyayê bûn", ">BY>PL", "eastern-land"),
        ("Ji Tirkiyeyê ber bi Yewnanistanê ve bi botê diçin", ">TR>GR", "eastern-mediterranean"),
        ("Bağdat'tan Minsk'e uçak, oradan Polonya üzerinden Almanya'ya araba", "IQ>BY+PL>DE", "eastern-land"),
        ("Türkiye'den Yunanistan'a bot, kişi başı 2000 euro", ">TR>GR", "eastern-mediterranean"),
        ("Из Ирака через Беларусь в Польшу, доставка до Германии", "IQ>BY+PL>DE", "eastern-land"),
        ("Мигранты из Сирии перешли границу из России в Финляндию", "SY>RU>FI", "eastern-land"),
        ("Des Afghans sont partis de Turquie vers la Grèce sur un canot", "AF>TR>GR", "eastern-mediterranean"),
        ("Traversée de Calais vers l'Angleterre, départ ce soir", ">FR>GB", "channel"),
        ("Über Belarus nach Polen und weiter nach Deutschland, Fahrer gesucht", ">BY+PL>DE", "eastern-land"),
        ("Syrer kamen aus der Türkei über Griechenland nach Deutschland", "SY>TR+GR>DE", "eastern-mediterranean"),
        ("Irakijczycy przeszli z Białorusi na Litwę", "IQ>BY>LT", "eastern-land"),
        ("Z Białorusi przez Polskę do Niemiec, cena 3000 euro", ">BY+PL>DE", "eastern-land"),
        ("З Білорусі до Польщі пішки, далі автобус до Німеччини", ">BY+PL>DE", "eastern-land"),
        ("Patera de Argelia a España, salida el viernes", ">DZ>ES", "western-mediterranean"),
        ("Cayuco de Senegal a Canarias", "SN>>ES", "western-african"),
        ("بیلاروس سے پولینڈ، گاڑی جرمنی تک", ">BY+PL>DE", "eastern-land"),
        ("Iz Srbije preko Bosne u Hrvatsku, vodič i kombi", ">RS+BA>HR", "western-balkan"),
    ],
)
def test_own_texts_give_their_route_and_corridor(text: str, route: str, corridor: str) -> None:
    found = _read(text)
    assert [str(named) for named, _ in found.routes] == [route]
    assert [label for label, _ in found.corridors] == [corridor]


def test_the_union_is_no_destination() -> None:
    assert _read("The border is open, come to the EU").routes == ()


def test_a_nationality_alone_is_no_origin() -> None:
    assert _read("An Iraqi restaurant with Syrian sweets opened in our street").routes == ()


def test_several_peoples_are_several_routes() -> None:
    found = {str(route) for route, _ in _read("Syrians and Afghans crossed from Turkey to Greece by boat").routes}
    assert found == {"SY>TR>GR", "AF>TR>GR"}


def test_every_route_and_corridor_says_why() -> None:
    text = "From Belarus to Poland by car"
    found = _read(text)
    for reasons in (*(reasons for _, reasons in found.routes), *(reasons for _, reasons in found.corridors)):
        assert reasons
        assert all(reason.source and reason.text for reason in reasons)
        assert all(reason.start is None or text[reason.start : reason.end] for reason in reasons)


def test_the_component_works_alone_in_any_pipeline() -> None:
    import spacy

    nlp = spacy.blank("xx")
    nlp.add_pipe("falselight_routes")
    doc = nlp("From Belarus to Poland by car")
    assert [str(route) for route, _ in doc._.routes] == [">BY>PL"]
    assert doc._.corridors[0][0] == "eastern-land"
