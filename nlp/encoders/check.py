"""Whether an encoder of the lock file is here as it was locked."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from nlp.encoders.lock import Locked, read_lock

_CHUNK_BYTES = 1 << 20


def check_models(lock: Mapping[str, Locked] | None = None) -> dict[str, list[str]]:
    """What differs, by name, in sentences that say what to do; an empty list means all is as locked.

    `lock`: entries by name; None means nlp/models.lock.
    """
    return {name: list(_differences(locked)) for name, locked in (lock or read_lock()).items()}


def _differences(locked: Locked) -> Iterator[str]:
    if locked.package is not None:
        yield from _package(locked.package, locked.version)
    if locked.path is not None:
        yield from _files(locked)
    if locked.package is None and locked.path is None:
        yield "the entry names neither a package nor a path: nothing to check it by"


def _package(package: str, wanted: str) -> Iterator[str]:
    try:
        installed = version(package)
    except PackageNotFoundError:
        yield f"{package} is not installed: pip install {package}=={wanted}"
        return
    if installed != wanted:
        yield f"{package} is installed as {installed}, locked is {wanted}: pip install {package}=={wanted}"


def _files(locked: Locked) -> Iterator[str]:
    folder = locked.folder
    assert folder is not None
    if not folder.is_dir():
        yield f"{folder} is not there: restore it from the repository, or `falselight models build`"
        return
    if not locked.files:
        yield f"the entry lists no files of {folder}: nothing to check it by"
    for name, wanted in sorted(locked.files.items()):
        path = folder / name
        if not path.is_file():
            yield f"{path} is missing: restore it from the repository, or `falselight models build`"
        elif (found := _sha256(path)) != wanted:
            yield f"{path} has sha256 {found}, locked is {wanted}: restore it from the repository"


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()
