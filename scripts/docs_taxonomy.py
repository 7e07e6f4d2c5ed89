"""docs/taxonomy.md from falselight/taxonomy: every label with definition, limits, source, examples and answer."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from html import escape

import pages
from falselight.taxonomy import Corridor, Family, Label, Source, load_taxonomy

HEAD = """\
<!-- Generated from falselight/taxonomy/*.yml by scripts/docs_taxonomy.py; `make docs` writes it again. -->
# Taxonomy

Version {version}. Text *to* people who migrate (lures) and text *about* them (narratives) are never mixed in one score.
A text that is not relevant gets no narrative, no lure and raises no alert. Ids are for ever: one that is no longer used
is redirected, never deleted. Examples are our own words; names, numbers and handles in them are invented.
"""
KINDS = (
    ("stances", "Stance", "What the text does with a claim, an offer or a call: exactly one per text."),
    ("narratives", "Narratives", "Stories about migrants, told to societies."),
    ("lures", "Lures", "Offers, promises and calls to people who move."),
    ("corridors", "Corridors", "Named ways to Europe; a route belongs to a corridor by the rules in corridors.yml."),
    ("actors", "Actors", "Organisations and offices that a post names; never a private person."),
    ("contacts", "Contacts", "Ways to reach whoever offers: kept only as keyed hashes, masked in the text."),
    ("attributes", "Attributes", "What else a text carries."),
)
RIGHT_TO_LEFT = {"ar", "ckb", "fa", "he", "prs", "ps", "ur"}


def render() -> str:
    """The page as Markdown."""
    taxonomy = load_taxonomy()
    parts = [HEAD.format(version=taxonomy.version)]
    for field, title, meaning in KINDS:
        parts.append(f"\n## {title}\n\n{meaning}\n")
        parts += [_label(label) for label in getattr(taxonomy, field)]
    parts.append("\n## Early-warning indicators\n\nFour families; each indicator is a question that its counts feed.\n")
    parts += [_family(family) for family in taxonomy.families]
    parts.append(_techniques(taxonomy.labels))
    return "".join(parts)


def _label(label: Label) -> str:
    lines = [f"\n### {label.title}\n", f"`{label.ref}` · since version {label.since}\n", f"{label.definition}\n"]
    lines += ["**It is not**\n", *(f"- {each}" for each in label.is_not), ""]
    if isinstance(label, Corridor):
        lines.append("**Borders:** " + ", ".join("–".join(border) for border in label.borders) + "\n")
    lines.append("**Source:** " + "; ".join(_source(each) for each in label.source) + "\n")
    if label.disarm:
        lines.append("**DISARM:** " + ", ".join(f"`{each}`" for each in label.disarm) + "\n")
    if label.answer:
        lines.append(f"**Answer that fits** (`{label.answer.id}`): {label.answer.content}\n")
    return "\n".join([*lines, *_examples(label)])


def _examples(label: Label) -> Iterable[str]:
    if label.examples:
        languages = len(label.languages)
        yield f'??? example "{len(label.examples)} examples in {languages} language{"s" if languages > 1 else ""}"\n'
        yield from (f"    - {_text(each.lang, each.text)}" for each in label.examples)
        yield ""
    if label.counter_examples:
        yield f'??? failure "{len(label.counter_examples)} texts that look alike and must not get it"\n'
        for each in label.counter_examples:
            instead = f" (instead: `{each.instead}`)" if each.instead else ""
            yield f"    - {_text(each.lang, each.text)}: {each.why}{instead}"
        yield ""


def _text(lang: str, text: str) -> str:
    direction = "rtl" if lang in RIGHT_TO_LEFT else "ltr"
    return f'{lang} <q lang="{lang}" dir="{direction}">{escape(" ".join(text.split()), quote=False)}</q>'


def _source(source: Source) -> str:
    return f"{source.document}, {source.passage}" + (f" (“{source.quote}”)" if source.quote else "")


def _family(family: Family) -> str:
    lines = [
        f"\n### {family.title}\n",
        f"`{family.id}` · {family.definition}\n",
        f"**Source:** {_source(family.source)}\n",
    ]
    lines += ["| Indicator | Question | Fed by |", "|---|---|---|"]
    for indicator in family.indicators:
        feeds = "<br>".join(f"`{feed}`" for feed in indicator.fed_by)
        lines.append(f"| {pages.cell(indicator.title)} | {pages.cell(indicator.question)} | {feeds} |")
    return "\n".join([*lines, ""])


def _techniques(labels: Iterable[Label]) -> str:
    used = {technique for label in labels for technique in label.disarm}
    lines = [
        "\n## DISARM techniques\n",
        "Names from the DISARM Red framework (CC BY-SA 4.0). `x-falselight-…` are ours, where DISARM has none.\n",
    ]
    lines += ["| Id | Title | Nearest in DISARM |", "|---|---|---|"]
    for technique in load_taxonomy().techniques:
        if technique.id in used:
            lines.append(f"| `{technique.id}` | {pages.cell(technique.title)} | {technique.nearest or ''} |")
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    sys.exit(pages.main("taxonomy.md", render))
