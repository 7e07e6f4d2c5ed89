"""How fast posts are tagged: `python bench/tagging.py [POSTS]` (default 600). Ratios and figures of one run.

The texts are the sample's posts, each made different by a number. Compared: the default (heads, transformer behind the
cascade, lexicons, reasons), the default without the cascade, heads alone (`use`), and, where the extra `train` is
installed, a network of the same layers read post by post through transformers.pipeline in fp32.
"""

from __future__ import annotations

import re
import resource
import sys
import time
from collections.abc import Callable
from dataclasses import replace

from falselight.sample.world import load_world
from nlp.contract import Tagger, Text
from nlp.encoders.transformer import FOLDER
from nlp.tagger import LearnedTagger, build_tagger, default_tagger

POSTS = 600
BASELINE_POSTS = 60


def main() -> None:
    """Print posts a second of each way, and the ratios."""
    posts = int(sys.argv[1]) if len(sys.argv) > 1 else POSTS
    texts = sample_texts(posts)
    default, use = default_tagger(), build_tagger("use")
    speeds = {
        "default": speed(default, texts),
        "default, no cascade": speed(without_cascade(default), texts),
        "use alone": speed(use, texts),
    }
    if (baseline := pipeline_speed([text.text for text in texts[:BASELINE_POSTS]])) is not None:
        speeds["transformers.pipeline, fp32, post by post"] = baseline
    for name, value in speeds.items():
        ratio = f", {value / baseline:.1f} times the baseline" if baseline else ""
        print(f"{name}: {value:.0f} posts/s{ratio}")
    print(f"peak memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


def sample_texts(posts: int) -> list[Text]:
    """The sample's texts over and over, a number at the end of each so that none is read twice."""
    texts = [text for text in sample_posts() if text]
    return [Text(id=str(at), text=f"{texts[at % len(texts)]} {at}") for at in range(posts)]


def speed(tagger: Tagger, texts: list[Text]) -> float:
    """Posts a second, loading and the first posts not counted."""
    list(tagger.tag(texts[:20]))
    return timed(lambda: list(tagger.tag(texts)), len(texts))


def timed(work: Callable[[], object], posts: int) -> float:
    """Posts a second of one run."""
    started = time.perf_counter()
    work()
    return posts / (time.perf_counter() - started)


def sample_posts() -> list[str]:
    """Title, summary and text of the outlets' items, and the channels' messages without markup."""
    world = load_world()
    items = [f"{item.title}\n{item.summary}\n{item.body}" for outlet in world.outlets for item in outlet.items]
    messages = [
        re.sub(r"<[^>]+>", " ", message.text_html) for channel in world.channels for message in channel.messages
    ]
    return items + messages


def without_cascade(tagger: LearnedTagger) -> LearnedTagger:
    """The same tagger, whose transformer reads every text."""
    second = tagger.second
    assert second is not None
    return tagger.with_second(replace(second, joined=replace(second.joined, settled_below=0.0)))


def pipeline_speed(texts: list[str]) -> float | None:
    """Posts a second of a network with our shape (its weights do not matter for time); None without torch."""
    try:
        import torch
    except ImportError:
        print("torch is not installed (uv sync --extra train): no baseline")
        return None
    from transformers import AutoConfig, AutoTokenizer, BertForSequenceClassification, pipeline

    config = AutoConfig.from_pretrained(FOLDER)
    model = BertForSequenceClassification(config).eval()
    read = pipeline("text-classification", model=model, tokenizer=AutoTokenizer.from_pretrained(FOLDER), top_k=None)
    options = {"truncation": True, "max_length": config.max_position_embeddings}
    with torch.no_grad():
        read(texts[0], **options)
        return timed(lambda: [read(text, **options) for text in texts], len(texts))


if __name__ == "__main__":
    main()
