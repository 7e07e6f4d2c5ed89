"""Web addresses, e-mail addresses and @handles in folded text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from nlp.masking.data import load
from nlp.masking.folding import GAP, bare
from nlp.masking.links import MAX_URL_CHARS, Public, judge
from nlp.masking.spans import Span

MAX_LINKS = 2000  # at 0.1 ms each; further ones are masked unjudged: fail closed
_STOP = '\\s\x01<>"«»“”„‹›{}|^`،؛'
_DOT = r"\x00*(?:\.|\s?[\[({]\s?(?:\.|dot)\s?[\])}]|\s\.\s?|\s?\.\s)\x00*"
_SLASH = r"\x00*\s?/\s?\x00*"
_TRAILING = ".,;:!?'\")]}>…·*_~|"
_LOCAL = r"(?<![\w.+\-\x00@])[\w.+\-\x00]{1,80}"
_DOMAIN = r"[\w\-\x00]{1,80}"
_EMAIL = re.compile(rf"{_LOCAL}@\x00*{_DOMAIN}(?:\.{_DOMAIN}){{1,5}}")
_SPELLED_DOT = r"\s?(?:[\[(]\s?(?:dot|punkt|\.)\s?[\])]|\sdot\s)\s?"
_SPELLED = re.compile(
    rf"{_LOCAL}\s?(?:(?:[\[(]\s?(?:at|ät|@)\s?[\])]|\s@\s)\s?{_DOMAIN}(?:{_SPELLED_DOT}|\.)|\sat\s{_DOMAIN}{_SPELLED_DOT})"
    rf"[^\W\d_]{{2,20}}(?:(?:{_SPELLED_DOT}|\.)[^\W\d_]{{2,20}}){{0,3}}",
    re.IGNORECASE,
)
_NAME_LIKE = re.compile(r"(?=.{6}|[^\d]..)(?:[\d_.]*[^\W\d_]){2}")  # not @7pm, not @10
_HANDLE = re.compile(
    r"(?<![\w@.\x00/])@\x00*(\w[\w.\x00]{1,80}(?:@[\w\-\x00]{1,80}(?:\.[\w\-\x00]{1,80}){1,5})?)(?![\w@])"
)


@cache
def _url() -> re.Pattern[str]:
    """An address with scheme or www, or a service's host with a path, dots and slashes perhaps blown up."""
    hosts = sorted({host for service in load("hosts")["services"] for host in service["hosts"]}, key=len, reverse=True)
    known = "|".join(r"\x00*".join(_DOT if c == "." else re.escape(c) for c in host) for host in hosts)
    schemes = "|".join(re.escape(name) for name in load("hosts")["schemes"])
    return re.compile(
        rf"(?<![\w@.\-])(?=\w)(?:(?:h(?:tt|xx)ps?|ftp):\x00*/\x00*/[^{_STOP}]+|(?:{schemes}):(?=[^\s/]|//)[^{_STOP}]+"
        rf"|www\.[^{_STOP}]+|(?:[\w\-]+\.)?(?:{known}){_SLASH}[^{_STOP}]*|[\w\-]{{1,63}}(?:\.[\w\-]{{1,63}}){{1,4}}/[^{_STOP}]+)",
        re.IGNORECASE,
    )


def find_links(folded: str, public: Public) -> tuple[list[Span], list[Span]]:
    """(addresses to be masked, addresses that stay); nothing else is to be sought within the latter."""
    masked: list[Span] = []
    kept: list[Span] = []
    if not any(sign in folded for sign in "/:") and "www" not in folded.lower():
        return masked, kept
    for number, match in enumerate(_url().finditer(folded)):
        written = match.group().rstrip(_TRAILING + GAP)
        if number >= MAX_LINKS:
            masked.append(Span(match.start(), match.start() + len(written), "link"))
            continue
        verdict = judge(_address(written), public)
        span = Span(match.start(), match.start() + len(written), "link", verdict.contacts)
        (masked if verdict.contacts or _has_password(written) else kept).append(span)
    return masked, kept


def _address(written: str) -> str:
    """The address as a browser would want it: real dots and slashes, a scheme."""
    text = re.sub(_SLASH, "/", re.sub(_DOT, ".", bare(written)))
    text = re.sub(r"(?i)^hxxp", "http", text)
    scheme = re.match(r"(?i)([a-z][a-z+\-]*):", text)
    known = scheme and (scheme.group(1).lower() in load("hosts")["schemes"] or "://" in text)
    return text if known else f"https://{text}"


def _has_password(written: str) -> bool:
    return bool(re.match(r"(?i)\w+://[^/?#\s]*@", written)) or len(written) > MAX_URL_CHARS


def find_emails(folded: str) -> Iterator[Span]:
    """E-mail addresses, also those with the sign spelled out. Confirmed by spaCy's like_email."""
    from spacy.lang.lex_attrs import like_email  # heavy, and only few posts come here

    lower = folded.lower()
    spelled = any(dot in lower for dot in ("dot", "punkt", "[.", "(.", " @")) or "(at" in lower or "[at" in lower
    for pattern, possible in ((_EMAIL, "@" in folded), (_SPELLED, spelled)):
        for match in pattern.finditer(folded) if possible else ():
            written = match.group().rstrip(".-_" + GAP)
            address = _plain_address(bare(written))
            if like_email(address):
                yield Span(match.start(), match.start() + len(written), "e-mail", (("e-mail", address),))


def _plain_address(written: str) -> str:
    text = re.sub(r"(?i)\s?[\[(]\s?(?:at|ät|@)\s?[\])]\s?|\sat\s|\s@\s", "@", written)
    text = re.sub(r"(?i)\s?[\[(]\s?(?:dot|punkt|\.)\s?[\])]\s?|\sdot\s", ".", text)
    return re.sub(r"\s", "", text).lower()


def find_handles(folded: str, public: Public) -> Iterator[Span]:
    """@names of three characters and more with a letter in them; the catalogue's own stay."""
    for match in _HANDLE.finditer(folded):
        written = match.group().rstrip("." + GAP)
        name = bare(written[1:]).strip(".").lower()
        if _NAME_LIKE.match(name) and name not in public.handles:
            yield Span(match.start(), match.start() + len(written), "handle", (("handle", name),))
