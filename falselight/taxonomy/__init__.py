"""The labels of Falselight (DESIGN §5): what each means, what it is not, where it comes from, and what answers it.

Data stand in the *.yml files beside this module. Adding a label is an entry there, never code; ids are never deleted,
only redirected (redirects.yml).
"""

from falselight.taxonomy.errors import TaxonomyError, UnknownLabel
from falselight.taxonomy.indicators import Family, Feed, Indicator
from falselight.taxonomy.load import load_taxonomy, read_taxonomy
from falselight.taxonomy.lookup import Taxonomy
from falselight.taxonomy.models import (
    Actor,
    Answer,
    Attribute,
    Contact,
    Corridor,
    CorridorRule,
    CounterExample,
    Document,
    Example,
    Fact,
    Label,
    Lure,
    Narrative,
    Redirect,
    Source,
    Stance,
    Technique,
)

__all__ = [
    "Actor",
    "Answer",
    "Attribute",
    "Contact",
    "Corridor",
    "CorridorRule",
    "CounterExample",
    "Document",
    "Example",
    "Fact",
    "Family",
    "Feed",
    "Indicator",
    "Label",
    "Lure",
    "Narrative",
    "Redirect",
    "Source",
    "Stance",
    "Taxonomy",
    "TaxonomyError",
    "Technique",
    "UnknownLabel",
    "load_taxonomy",
    "read_taxonomy",
]
