"""Encoders: texts to vectors, by name (nlp/models.lock) or by the path of a Hugging Face model directory."""

from nlp.encoders.load import load_encoder
from nlp.encoders.lock import Locked, read_lock

__all__ = ["Locked", "load_encoder", "read_lock"]
