"""Links as identity: the same page under many addresses."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode, urlsplit

# Parameters that tell where a reader came from, never what the page is.
_TRACKING = frozenset({
    "fbclid", "gclid", "dclid", "gbraid", "wbraid", "msclkid", "yclid", "ysclid", "igshid", "mc_cid", "mc_eid",
    "ncid", "cmpid", "cmp", "ocid", "wt_mc", "ito", "xtor", "ref_src", "ref_url", "smid", "at_medium",
    "at_campaign", "at_custom1", "at_custom2", "source_caller", "feature", "from_rss",
})  # fmt: skip
_PREFIXES = ("utm_", "pk_", "piwik_", "mtm_", "hsa_", "_openstat")


def without_tracking(url: str) -> str:
    """The address without tracking parameters and fragment; what cannot be read comes back as it is."""
    try:
        parts = urlsplit(url)
        if not parts.query:
            return parts._replace(fragment="").geturl()
        kept = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if not _tracks(name)]
    except ValueError:
        return url
    if len(kept) == len(parse_qsl(parts.query, keep_blank_values=True)):
        return parts._replace(fragment="").geturl()  # untouched, so that unusual quoting survives
    return parts._replace(query=urlencode(kept), fragment="").geturl()


def _tracks(name: str) -> bool:
    return name.lower() in _TRACKING or name.lower().startswith(_PREFIXES)


def link_identity(url: str) -> str:
    """What stays the same when an outlet moves to https, adds `www.` or a trailing slash."""
    parts = urlsplit(without_tracking(url))
    host = (parts.hostname or "").removeprefix("www.")
    return f"//{host}{parts.path.rstrip('/')}" + (f"?{parts.query}" if parts.query else "")


def host_of(url: str) -> str:
    """Host of an address without `www.`, lower case; "" where there is none."""
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""
