"""Bringing an encoder from a Hugging Face hub into a folder: its tokenizer, its config and one ONNX graph."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from falselight.errors import Missing
from nlp.encoders.lock import read_lock
from nlp.encoders.onnx_model import GRAPHS

HUB = "https://huggingface.co"
_TOKENIZER = (
    "config.json", "tokenizer*", "special_tokens_map.json", "added_tokens.json", "vocab*", "merges.txt", "*.model",
)  # fmt: skip
_WEIGHTS = ("model.safetensors", "model-*.safetensors", "model.safetensors.index.json")
# In an environment of its own: optimum's exporter wants an older transformers than ours (DESIGN §6).
EXPORT = 'uvx --from optimum --with "optimum-onnx[onnxruntime]" optimum-cli export onnx --model {0} --task feature-extraction {0}'


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulled:
    """What was brought. `revision`: the commit, 40 hex digits; `graph`: relative path, None where only weights came."""

    folder: Path
    repository: str
    revision: str
    graph: str | None

    @property
    def next_step(self) -> str:
        """The command that makes use of it."""
        if self.graph is None:
            return EXPORT.format(self.folder)
        return f"falselight tag FILE.jsonl --encoder {self.folder}"


def pull(name_or_repository: str, models: Path, *, revision: str | None = None, to: Path | None = None) -> Pulled:
    """Download a repository's tokenizer, config and best ONNX graph into `to`, or `models`/NAME.

    Without a graph there, its weights come where torch (extra `train`) can read them. `revision`: branch, tag or commit;
    None means the main branch. `HF_ENDPOINT` names another hub, `HF_TOKEN` opens closed repositories. Repeating it fetches
    only what has changed. Raises Missing where the hub cannot be reached or has no such thing.
    """
    # HTTPError is that of whichever client the hub's library is built on (httpx, httpx2), which raises it unwrapped.
    from huggingface_hub import errors as hub

    unreachable: tuple[type[Exception], ...] = (hub.HTTPError, hub.LocalEntryNotFoundError, OSError)  # type: ignore[attr-defined]
    repository = repository_of(name_or_repository)
    endpoint = os.environ.get("HF_ENDPOINT", HUB).rstrip("/")
    try:
        return _pull(repository, endpoint, revision, to or models / repository.split("/")[-1])
    except hub.HfHubHTTPError as error:
        raise Missing(_refused(error, repository, revision, endpoint)) from error
    except hub.HFValidationError as error:
        raise Missing(f"{repository!r} is no repository's name; write it as on the hub: owner/name") from error
    except unreachable as error:
        raise Missing(
            f"{endpoint} cannot be reached or broke off ({type(error).__name__}: {error}). Check the connection, a proxy in HTTPS_PROXY "
            f"or a mirror in HF_ENDPOINT; or fetch {repository} on another machine with this command and copy the folder here"
        ) from error


def repository_of(name_or_repository: str) -> str:
    """The hub's name of it: that of the lock's entry, or the name as given. Raises Missing for what pip installs."""
    locked = read_lock().get(name_or_repository)
    if locked is None:
        return name_or_repository
    if locked.source.startswith(f"{HUB}/"):
        return "/".join(locked.source.removeprefix(f"{HUB}/").split("/")[:2])
    way = f"pip install {locked.package}=={locked.version}" if locked.package else "falselight models build"
    raise Missing(f"{name_or_repository} does not come from a hub: {way}")


def _pull(repository: str, endpoint: str, revision: str | None, folder: Path) -> Pulled:
    from huggingface_hub import HfApi, snapshot_download

    found = HfApi(endpoint=endpoint).model_info(repository, revision=revision)
    files = [sibling.rfilename for sibling in found.siblings or ()]
    graph = next((name for name in GRAPHS if name in files), None)
    if graph is None and find_spec("torch") is None:
        raise Missing(
            f"{repository} has no ONNX graph ({', '.join(GRAPHS)}): choose a repository that has one, or "
            "pip install 'falselight[train]' and pull again to get its weights for an export"
        )
    commit = found.sha or revision or "main"
    snapshot_download(
        repository, revision=commit, local_dir=folder, allow_patterns=_patterns(graph, files), endpoint=endpoint
    )
    return Pulled(folder=folder, repository=repository, revision=commit, graph=graph)


def _patterns(graph: str | None, files: Iterable[str]) -> list[str]:
    """The tokenizer's files and the graph with its outside data (`model.onnx_data`), or the weights."""
    if graph is None:
        return [*_TOKENIZER, *_WEIGHTS]
    return [*_TOKENIZER, *(name for name in files if name.startswith(graph))]


def _refused(error: Exception, repository: str, revision: str | None, endpoint: str) -> str:
    from huggingface_hub.errors import GatedRepoError, RepositoryNotFoundError, RevisionNotFoundError

    if isinstance(error, GatedRepoError):
        return f"{repository} is given only to those who accepted its terms: do so at {endpoint}/{repository}, set HF_TOKEN"
    if isinstance(error, RevisionNotFoundError):
        return f"{repository} has no revision {revision!r}: leave --revision out for its main branch"
    if isinstance(error, RepositoryNotFoundError):
        return (
            f"{endpoint} has no repository {repository!r} (or it is private: set HF_TOKEN); names there are owner/name"
        )
    return f"{endpoint} refused {repository}: {error}; try again later, or set HF_ENDPOINT to a mirror"
