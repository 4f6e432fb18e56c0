"""Ten large modules of the standard library, as they are and as a project would have them."""

from __future__ import annotations

import random
import re
import sysconfig
from pathlib import Path

from differential.comparison import Jedi, Name, Subject
from editor import Editor

MODULES = (
    *("argparse", "datetime", "difflib", "inspect", "ipaddress"),
    *("mailbox", "optparse", "subprocess", "tarfile", "turtle"),
)
# Of the others each is asked about where it is installed, with its stubs.
_COPIED = ("difflib", "ipaddress", "mailbox", "optparse", "tarfile")
_LIBRARY = Path(sysconfig.get_paths()["stdlib"])


def open_module(editor: Editor, name: str, project: Path) -> Subject:
    """Open a module; one that is copied has a character beyond 16 bits in the name of `self`."""
    path = _LIBRARY / f"{name}.py"
    source = path.read_bytes().decode()
    if name in _COPIED:
        source = re.sub(r"\bself\b", "\U0001d494elf", source)
        path = project / f"copied_{name}.py"
        path.write_bytes(source.encode())
    return Subject(path, source, project, editor.open(path, source))


async def chosen_names(jedi: Jedi, subject: Subject, seed: int, number: int | None) -> list[Name]:
    """So many names of a source, chosen by `seed`; all if there is no `number`."""
    names = await jedi.names(subject)
    chosen = random.Random(f"{seed} {subject.path.name}")
    return chosen.sample(names, len(names) if number is None else min(number, len(names)))
