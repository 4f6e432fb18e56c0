"""Which models are installed, and removing them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from jedimind.model.catalogue import Model, resolve
from jedimind.model.store import (
    Installed,
    NotRemoved,
    destination,
    install_lock,
    installed,
    installed_models,
    remove,
    work_directory,
)
from tiny_model import CONTENT, HUB, tiny_model

TINY = tiny_model(HUB)


def put(model: Model, content: bytes) -> Path:
    path = destination(model)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def test_nothing_is_installed_at_first() -> None:
    assert installed(TINY) is None
    assert installed_models() == []


def test_a_file_of_the_right_size_is_installed() -> None:
    path = put(TINY, CONTENT)
    assert installed(TINY) == path


def test_a_file_of_another_size_is_not_installed() -> None:
    put(TINY, CONTENT[:-1])
    assert installed(TINY) is None


def test_a_hub_file_is_found_again_under_its_own_name() -> None:
    model = resolve("hf:owner/repo/sub/a--b.gguf")
    assert isinstance(model, Model)
    path = put(model, b"GGUF")
    assert installed_models() == [Installed(model.name, path, 4)]
    assert resolve(installed_models()[0].name) == model


def test_looking_up_models_loads_no_network_code_and_connects_nowhere() -> None:
    program = """
import sys

def refuse(event, arguments):
    assert event not in {"socket.connect", "socket.getaddrinfo"}, event

sys.addaudithook(refuse)
from jedimind.model.catalogue import resolve
from jedimind.model.store import installed, installed_models
assert installed(resolve("qwen2.5-coder-0.5b")) is None
assert installed(resolve("hf:owner/repo/file.gguf")) is None
assert installed_models() == []
assert not {"httpx", "huggingface_hub"} & set(sys.modules)
"""
    subprocess.run([sys.executable, "-c", program], check=True, stdin=subprocess.DEVNULL)


def test_removing_frees_the_file_and_what_an_unfinished_install_left() -> None:
    path = put(TINY, CONTENT)
    work = work_directory(TINY)
    work.mkdir(parents=True)
    (work / "assembled").write_bytes(b"12345")
    assert remove(TINY) == len(CONTENT) + 5
    assert not path.exists()
    assert not work.exists()
    assert remove(TINY) == 0


def test_a_model_that_is_being_installed_is_not_removed() -> None:
    path = put(TINY, CONTENT)
    with install_lock(TINY), pytest.raises(NotRemoved, match="stop that install first"):
        remove(TINY)
    assert path.exists()
