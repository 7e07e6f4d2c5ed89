"""State: what is done and what is not. Transactional; SQLite on one machine, PostgreSQL for anything that lives."""

from falselight.state.store import State

__all__ = ["State"]
