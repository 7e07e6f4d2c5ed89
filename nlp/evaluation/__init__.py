"""How good the tags are: figures on labelled files, and functional tests that an analyst may add to."""

from nlp.evaluation.evaluate import evaluate_file, evaluate_rows
from nlp.evaluation.functional import load_cases, run_cases
from nlp.evaluation.render import render

__all__ = ["evaluate_file", "evaluate_rows", "load_cases", "render", "run_cases"]
