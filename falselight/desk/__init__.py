"""The desk: a read-only web page over the index, for searching and for looking at one post with its reasons."""

from falselight.desk.app import create_app

__all__ = ["create_app"]
