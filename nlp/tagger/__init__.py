"""The tagger: texts in, labels with scores and reasons out, in order (`nlp.contract.Tagger`)."""

from nlp.tagger.learned import LearnedTagger, build_tagger, default_tagger
from nlp.tagger.statements import tagged_to_row, tags_of

__all__ = ["LearnedTagger", "build_tagger", "default_tagger", "tagged_to_row", "tags_of"]
