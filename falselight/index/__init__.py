"""The index: what people search and alerts count."""

from falselight.index.contract import (
    BadQuery,
    Document,
    Field,
    Hit,
    Index,
    LinkTo,
    Query,
    RefusedDocument,
    Results,
    open_index,
)

__all__ = [
    "BadQuery",
    "Document",
    "Field",
    "Hit",
    "Index",
    "LinkTo",
    "Query",
    "RefusedDocument",
    "Results",
    "open_index",
]
