"""Where a web address leads: to a person or a private chat, or to something public that may be stored."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlencode, urlsplit, urlunsplit

from nlp.masking.data import load
from nlp.masking.folding import bare, fold
from nlp.masking.numbers import international, is_reserved

Pair = tuple[str, str]
MAX_URL_CHARS = 4096  # longer addresses are data, not places; browsers and caches refuse them
_WEB = frozenset({"http", "https", "ftp", ""})
_EMAIL = re.compile(r"[\w.+\-]{1,64}@[\w\-]{1,63}(?:\.[\w\-]{1,63}){1,5}")
_CONTROL = re.compile("[\x00-\x1f\x7f]")
_LONG_DIGITS = re.compile(r"(?<![\d.])\+?\d[\d\-. ]{8,18}\d(?![\d.])")
_AT_PATH = re.compile(r"@([\w.\-]{2,64})(?:@([\w.\-]{3,255}))?(?:/.*)?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Public:
    """What the catalogue says is public. `urls`: without scheme and trailing slash; all lower case."""

    urls: frozenset[str]
    hosts: frozenset[str]
    handles: frozenset[str]

    def has_host(self, host: str) -> bool:
        """Whether the host or one it belongs to is public."""
        labels = host.split(".")
        return any(".".join(labels[at:]) in self.hosts for at in range(len(labels) - 1))


@dataclass(frozen=True, slots=True)
class Verdict:
    """`url`: as it may be stored, empty where it leads to a person; `contacts`: (kind, canonical value) pairs."""

    url: str
    contacts: tuple[Pair, ...] = ()


def publics(names: frozenset[str]) -> Public:
    """Handles, hosts and addresses out of the catalogue's own source addresses."""
    urls, handles = set(), set()
    hosts = set(load("hosts")["public_hosts"])
    for name in names:
        if "/" not in name and "." not in name:
            handles.add(name.lstrip("@").lower())
            continue
        parts = _split(name if "://" in name else f"https://{name}")
        if parts is None or not parts.hostname:
            continue
        urls.add(_key(parts))
        rule = _match(parts)
        if rule is not None and rule[0] == "handle":
            handles.add(rule[1])
        elif _host(parts) not in _services():
            hosts.add(_host(parts))
    return Public(frozenset(urls), frozenset(hosts), frozenset(handles))


def judge(url: str, public: Public) -> Verdict:
    """What may be stored of an address; never raises. Rubbish and addresses that run code come back empty."""
    text = _CONTROL.sub("", url).strip()
    parts = _split(text) if 0 < len(text) <= MAX_URL_CHARS else None
    if parts is None:
        return Verdict("")
    if parts.scheme in load("hosts")["schemes"]:
        return _scheme(parts)
    if parts.scheme not in _WEB or ((parts.scheme or parts.netloc) and not parts.hostname):
        return Verdict("")
    if parts.hostname and _key(parts) in public.urls:
        return Verdict(_clean(parts))
    found = _match(parts) or _at_path(parts, public)
    if found is None or found[0] == "public" or (found[0] == "handle" and found[1] in public.handles):
        return _carried(parts)
    return Verdict("", (found,))


def _split(text: str) -> SplitResult | None:
    try:
        parts = urlsplit(text)
        _ = parts.hostname, parts.port
    except ValueError:
        return None
    return parts


def _host(parts: SplitResult) -> str:
    return (parts.hostname or "").rstrip(".").removeprefix("www.")


def _key(parts: SplitResult) -> str:
    return (_host(parts) + parts.path.rstrip("/")).lower()


@cache
def _services() -> dict[str, list[dict[str, Any]]]:
    """Host → its rules, patterns compiled."""
    services: dict[str, list[dict[str, Any]]] = {}
    for service in load("hosts")["services"]:
        rules = [
            {**rule, **{part: re.compile(rule[part], re.IGNORECASE) for part in ("path", "fragment") if part in rule}}
            for rule in service["rules"]
        ]
        services |= dict.fromkeys(service["hosts"], rules)
    return services


def _match(parts: SplitResult) -> Pair | None:
    """What the rules of the host's service say; None where it is no known service or no rule fits."""
    for rule in _services().get(_host(parts), ()):
        value = _rule_value(rule, parts)
        if value is not None:
            return _contact(rule["kind"], value, parts)
    return None


def _rule_value(rule: dict[str, Any], parts: SplitResult) -> str | None:
    value = ""
    for part, text in (("path", unquote(parts.path).strip("/")), ("fragment", unquote(parts.fragment))):
        if part in rule:
            match = rule[part].fullmatch(fold(text))
            if match is None:
                return None
            value = match.group(1) if match.re.groups else value
    if "query" in rule:
        values = dict(parse_qsl(parts.query))
        if rule["query"] not in values:
            return None
        value = values[rule["query"]]
    return value


def _contact(kind: str, value: str, parts: SplitResult) -> Pair:
    if kind == "phone":
        return "phone", international(value)
    if kind == "handle":
        return "handle", bare(fold(value)).lower().lstrip("@")
    if kind == "e-mail":
        return "e-mail", bare(fold(value)).lower()
    path = re.sub(r"^/joinchat/", "/+", parts.path.rstrip("/"))
    ident = dict(parse_qsl(parts.query)).get("id")
    return kind, f"https://{_host(parts)}{path}" + (f"?id={ident}" if ident else "")


def _at_path(parts: SplitResult, public: Public) -> Pair | None:
    """`host/@user`, as microblogs write it; elsewhere than at public hosts it is a person."""
    host = _host(parts)
    match = _AT_PATH.fullmatch(fold(unquote(parts.path).strip("/")))
    if match is None or not host or public.has_host(host):
        return None
    return "handle", f"{match.group(1)}@{match.group(2) or host}".lower()


def _scheme(parts: SplitResult) -> Verdict:
    kind = load("hosts")["schemes"][parts.scheme]
    values = dict(parse_qsl(parts.query))
    wanted = ("phone", "number", "domain", "to", "user", "id")
    value = unquote(parts.path or parts.netloc) if kind != "phone" and parts.scheme != "tg" else unquote(parts.path)
    value = next((values[name] for name in wanted if values.get(name)), value)
    folded = bare(fold(value)).strip("/ ")
    if kind == "phone" and sum(char.isdigit() for char in folded) >= 3:
        return Verdict("", (("phone", international(folded)),))
    if kind == "e-mail":
        return Verdict(
            "", tuple(("e-mail", address.strip().lower()) for address in folded.split(",") if "@" in address)
        )
    if kind == "handle" and folded:
        name = folded.removeprefix("live:").split("?")[0].lower()
        return Verdict("", (("handle", name),))
    return Verdict("", (("link", f"{parts.scheme}:{folded or parts.netloc}"),))


def _carried(parts: SplitResult) -> Verdict:
    """A public address without what it carries on the side; empty where the contact is the address itself."""
    contacts = _carried_contacts(parts)
    if contacts:
        return Verdict("", contacts)
    return Verdict(_clean(parts))


def _carried_contacts(parts: SplitResult) -> tuple[Pair, ...]:
    named = frozenset(load("hosts")["contact_parameters"])
    found: list[Pair] = []
    for name, value in parse_qsl(parts.query, keep_blank_values=True):
        found += _contacts_in(fold(value), named=name.lower() in named)
    found += _contacts_in(fold(unquote(parts.path)), named=False)
    return tuple(dict.fromkeys(found))


def _contacts_in(folded: str, *, named: bool) -> list[Pair]:
    text = bare(folded)
    found: list[Pair] = [("e-mail", match.group().lower()) for match in _EMAIL.finditer(text)]
    for match in _LONG_DIGITS.finditer(text):
        number = match.group()
        if number.startswith("+") or named or is_reserved(number):
            found.append(("phone", international(number)))
    return found


def _clean(parts: SplitResult) -> str:
    """Without user information, tracking parameters and fragments that carry a contact."""
    tracking, prefixes = frozenset(load("hosts")["tracking"]), tuple(load("hosts")["tracking_prefixes"])
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    kept = [
        (name, value) for name, value in pairs if name.lower() not in tracking and not name.lower().startswith(prefixes)
    ]
    query = parts.query if len(kept) == len(pairs) else urlencode(kept)
    fragment = unquote(parts.fragment)
    carries = (
        _contacts_in(fold(fragment), named=True)
        or "@" in fragment
        or ":~:" in fragment
        or fragment.startswith(prefixes)
    )
    netloc = parts.netloc.rpartition("@")[2]
    return urlunsplit((parts.scheme, netloc, parts.path, query, "" if carries else parts.fragment)).strip()
