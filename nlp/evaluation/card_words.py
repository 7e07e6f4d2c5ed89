"""The sentences of the model card that no measurement writes."""

from __future__ import annotations

# Below this F1 of lures a language is named among the weaknesses ("Must reach" of issue B).
LANGUAGE_FLOOR = 0.45

HEAD = """\
<!-- Generated from nlp/evaluation/figures.json by `python -m nlp.evaluation.card`; never edit it here. -->
# Model card

The tagger says of a public post whether it is about migration to Europe, what it does with a claim or an offer (stance),
which lures and narratives it carries, which movements it names and on which corridor; and, for each label, why.
Measured: tagger `{tagger}`, revision `{revision}`, with `python bench/quality.py`; what the labels mean: [taxonomy](taxonomy.md).
"""

USE = """\
## Intended use

- Situational awareness and early warning for analysts of strategic communication: where false entry promises and
  narratives that instrumentalise migrants appear, spread and change, so that people can be warned with verified facts.
- By people who read the post itself and the reasons beside each label. Labels sort what to read first; they conclude nothing.
- On public posts of channels, pages and outlets, with private contacts and names masked before the tagger reads them.
- Figures over many posts, with their error: counts of labels inherit the precision and recall below.
"""

NOT_FOR = """\
## Not for

- **No decisions on persons.** Not for asylum, visas, return, credibility, risk scores, profiling or searches for who wrote a post.
- **No border decisions.** Not for steering controls, refusals, pushbacks or patrols, and not for tracking people on the move.
- **No automatic action.** Not for removing or reporting posts without a person who has read them. Hotlines, lawyers and
  rescuers write about the same routes as smugglers; a label mistaken for a verdict harms them and those they help.
- **No evidence.** A label is no proof that an offer was made, is false, or is a crime.
- Not for private messages, closed groups or texts in languages that no table below names.
"""

WEAKNESSES = """\
## Known weaknesses

- The training texts are invented and no native speaker has checked them or the labels of the evaluation sets; one person
  labelled each set. Two passes agree at κ .92 on stance and F1 .95 on lures: figures above that mean nothing.
- The evaluation sets are small: look at the intervals, above all per language.
- Offers told inside news reports, satire and irony, and promises negated far from the verb are what is misread most.
- Dialects and romanised text are thinner in training than in life. Slang of smugglers changes; phrases carry a date of review.
- Dari and Persian differ in few words; without a hint from the source one is taken for the other.
- Pictures, voice messages and videos are not read.
"""

LICENCES = """\
## Licences

Code, lexicons, training texts, labelled sets and trained heads: EUPL-1.2. Encoders: as in the table above, and in NOTICE.
The sets of others were only measured on; none of their text is in the product, and nothing was trained on it.
"""
