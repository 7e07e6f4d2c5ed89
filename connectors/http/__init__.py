"""The one HTTP client of all connectors: polite, bounded, and suspicious of every answer.

Who may be asked is decided in `network` (addresses) and `robots`; how much is taken in `body`; what an answer means
for the caller (`Retry`, `Halt`) in `verdict`. Responses are whole and in memory: nothing here streams to a caller.
"""

from connectors.http.client import HttpClient
from connectors.http.limits import HttpLimits
from connectors.http.response import Response
from connectors.http.verdict import NotFound

__all__ = ["HttpClient", "HttpLimits", "NotFound", "Response"]
