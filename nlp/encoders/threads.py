"""How many threads an encoder may use."""

from __future__ import annotations

import os


def core_count() -> int:
    """Cores that this process may use (its affinity, where the system knows it), at least one."""
    if hasattr(os, "sched_getaffinity"):
        return max(1, len(os.sched_getaffinity(0)))
    return max(1, os.cpu_count() or 1)
