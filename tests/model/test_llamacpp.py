"""llama.cpp with the real model, in this process."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from jedimind.model.engines import Chunk, EngineError, LoadError
from jedimind.model.engines.llamacpp import LlamaCpp

pytestmark = pytest.mark.model
CONTEXT = 2048


@pytest.fixture(scope="module")
def engine(model_file: Path) -> LlamaCpp:
    engine = LlamaCpp()
    engine.load(model_file, name="the-model", context=CONTEXT, threads=1)
    return engine


def chat(content: str, **fields: object) -> dict[str, object]:
    return {"messages": [{"role": "user", "content": content}], "temperature": 0, **fields}


def answer(engine: LlamaCpp, body: dict[str, object]) -> list[Chunk]:
    chunks: list[Chunk] = []
    engine.stream("chat", body, lambda chunk: chunks.append(chunk) or False)  # type: ignore[func-returns-value]
    return chunks


def text_of(chunks: list[Chunk]) -> str:
    return "".join(
        choice["delta"].get("content") or "" for chunk in chunks for choice in chunk["choices"]
    )


def test_it_answers(engine: LlamaCpp) -> None:
    chunks = answer(engine, chat("What is the capital of France? One word.", max_tokens=8))
    assert "Paris" in text_of(chunks)
    assert chunks[-1]["choices"][0]["finish_reason"] in ("stop", "length")
    assert {chunk["model"] for chunk in chunks} == {"the-model"}


def test_the_same_seed_the_same_answer(engine: LlamaCpp) -> None:
    body = chat("Invent a name.", max_tokens=8, temperature=1.5, seed=11)
    assert text_of(answer(engine, body)) == text_of(answer(engine, body))


def test_a_grammar_binds_it(engine: LlamaCpp) -> None:
    body = chat("What is the capital of France?", max_tokens=8, grammar='root ::= "Rome" | "Oslo"')
    assert text_of(answer(engine, body)) in ("Rome", "Oslo")


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (chat("x", grammar='root ::= "x'), "grammar"),
        (chat("word " * CONTEXT, max_tokens=4), "exceeds the available context size"),
        ({"messages": "x"}, "messages"),
        (chat("x", max_tokens="many"), "max_tokens"),
        (chat("\ud800", max_tokens=4), "surrogate"),
    ],
)
def test_a_wrong_request_is_refused_and_the_next_one_served(
    engine: LlamaCpp, body: dict[str, object], message: str
) -> None:
    with pytest.raises(EngineError, match=message) as raised:
        answer(engine, body)
    assert raised.value.status == 400
    assert text_of(answer(engine, chat("Say hello.", max_tokens=1)))


def test_it_stops_while_it_reads_a_long_prompt(engine: LlamaCpp) -> None:
    """A stopped prompt costs at most one batch more, and not the prompt."""
    began = time.monotonic()
    answer(engine, chat("def f(x): return x\n" * 80, max_tokens=1))
    whole = time.monotonic() - began

    def at_the_first_batch(chunk: Chunk) -> bool:
        return bool(chunk["prompt_progress"]["processed"])

    began = time.monotonic()
    engine.stream("chat", chat("import os\n" * 300, max_tokens=1), at_the_first_batch)
    answer(engine, chat("Say hello.", max_tokens=1))
    assert time.monotonic() - began < whole * 0.8


@pytest.mark.parametrize("content", [b"", b"GGUF", b"not a model", bytes(4096)])
def test_what_is_no_gguf_file_is_refused(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "model.gguf"
    path.write_bytes(content)
    with pytest.raises(LoadError, match=r"model\.gguf is not a GGUF file; choose another"):
        LlamaCpp().load(path, name="x", context=512, threads=1)


def test_a_version_nobody_knows_is_refused(tmp_path: Path, model_file: Path) -> None:
    path = tmp_path / "model.gguf"
    with model_file.open("rb") as file:
        head = file.read(64)
    path.write_bytes(head[:4] + b"\x09" + head[5:])
    with pytest.raises(LoadError, match="version 9"):
        LlamaCpp().load(path, name="x", context=512, threads=1)


@pytest.mark.parametrize("size", [64, 4096, 1_000_000, 20_000_000])
def test_a_truncated_model_is_refused(size: int, tmp_path: Path, model_file: Path) -> None:
    path = tmp_path / "model.gguf"
    with model_file.open("rb") as file:
        path.write_bytes(file.read(size))
    with pytest.raises(LoadError, match=r"damaged or incomplete.*install the model again"):
        LlamaCpp().load(path, name="x", context=512, threads=1)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(LoadError, match="cannot be read"):
        LlamaCpp().load(tmp_path / "none.gguf", name="x", context=512, threads=1)
