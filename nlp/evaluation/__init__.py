"""How good the tags are: figures on labelled files, innocent and outside texts, and tests that an analyst may add to."""

from nlp.evaluation.compare import TAGGERS, compare
from nlp.evaluation.evaluate import evaluate_file, evaluate_rows, rows_of
from nlp.evaluation.functional import load_cases, run_cases
from nlp.evaluation.innocent import false_alarms
from nlp.evaluation.render import render, render_comparison, render_innocent

__all__ = [
    "TAGGERS", "compare", "evaluate_file", "evaluate_rows", "false_alarms", "load_cases", "render", "render_comparison",
    "render_innocent", "rows_of", "run_cases",
]  # fmt: skip
