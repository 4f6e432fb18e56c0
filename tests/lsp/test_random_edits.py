"""The server's text equals the client's after every one of thousands of random changes."""

from __future__ import annotations

import os
import random
import re
from bisect import bisect_right
from pathlib import Path
from typing import Any

import attrs
import pytest

from client_text import Encoding, units
from editor import Editor

# For each encoding; some are of several changes. SEED in the environment repeats a run.
NOTIFICATIONS = 3500
BATCH = 50

PIECES = [
    *"abc =()'\"#:0_",
    *["\n", "\r", "\r\n", "\n\r", "\r\r\n", "\n\n", ""],
    *["\f", "\v", "\x1c", "\x85", "\u2028", "\u2029", "\0", "\t", "\ufeff"],
    *["ä", "ß", "é", "e\u0301", "\u0301", "中", "日本語", "\u200d", "ｘ"],
    *["😀", "👩\u200d👩\u200d👧", "🇩🇪", "𝒳", "\U0010ffff"],
    *["\ud83d", "\ude00", "\ud83d\ud83d", "\ude00\ud83d"],
    *["def f(x):\r\n    return x\n", "'''\r", "# 😀\n", "x" * 40],
]
TERMINATOR = re.compile("\r\n|\r|\n")


def in_units(text: str) -> str:
    """`text` with a character for each of its UTF-16 units, as JavaScript has it."""
    encoded = text.encode("utf-16-le", "surrogatepass")
    pairs = zip(encoded[::2], encoded[1::2], strict=True)
    return "".join(chr(low | high << 8) for low, high in pairs)


def in_characters(text: str) -> str:
    """The inverse of `in_units`: two halves of a character that meet are one."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")


@attrs.define
class Typist:
    """A client's document, kept in UTF-16 units, and a source of random changes to it."""

    random: random.Random
    encoding: Encoding
    text: str = ""

    def changes(self) -> list[dict[str, Any]]:
        """Make some changes; what tells the server of them."""
        return [self._change() for _ in range(self.random.choice([1, 1, 1, 1, 2, 3]))]

    def _change(self) -> dict[str, Any]:
        if self.random.random() < 0.01:
            self.text = in_units(self._words(self.random.randrange(60)))
            return {"text": in_characters(self.text)}
        at = self.random.randrange(len(self.text) + 1)
        length = 500 if len(self.text) > 1000 else self.random.choice([0, 0, 0, 1, 1, 2, 3, 9])
        start, end = self._reachable(at), self._reachable(min(at + length, len(self.text)))
        where = {"start": self._name(start), "end": self._name(end)}
        new = self._words(self.random.choice([0, 0, 1, 1, 1, 2, 5]))
        self.text = self.text[:start] + in_units(new) + self.text[end:]
        return {"range": where, "text": new}

    def _words(self, count: int) -> str:
        return in_characters("".join(self.random.choices(PIECES, k=count)))

    def _reachable(self, at: int) -> int:
        """The offset that is `at` or just before it and has a name in the protocol."""
        around = self.text[max(at - 1, 0) : at + 1]
        in_terminator = around == "\r\n"
        in_character = len(around) == 2 and len(in_characters(around)) == 1
        return at - (in_terminator or (in_character and self.encoding != "utf-16"))

    def _name(self, at: int) -> dict[str, int]:
        """A position that means the offset `at`."""
        starts = [0, *(match.end() for match in TERMINATOR.finditer(self.text))]
        line = bisect_right(starts, at) - 1
        character = units(in_characters(self.text[starts[line] : at]), self.encoding)
        if self.random.random() < 0.2:  # past the end
            if at == len(self.text) and self.random.random() < 0.5:
                line, character = line + self.random.randrange(1, 9), self.random.randrange(9)
            elif at == len(self.text) or self.text[at] in "\r\n":
                character += self.random.choice([1, 2, 50, (1 << 31) - 1 - character])
        return {"line": line, "character": character}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
async def test_the_servers_text_equals_the_clients_after_every_change(
    editor: Editor, project: Path, encoding: Encoding
) -> None:
    seed = int(os.environ.get("SEED") or random.randrange(1 << 32))
    typist = Typist(random.Random(seed), encoding)
    await editor.start(project, encoding=encoding)
    uri = editor.open(project / "random.py", "")
    for first in range(2, NOTIFICATIONS + 2, BATCH):
        expected = []
        for version in range(first, first + BATCH):
            before = in_characters(typist.text)
            changes = typist.changes()
            document = {"uri": uri, "version": version}
            params = {"textDocument": document, "contentChanges": changes}
            editor.notify("textDocument/didChange", params)
            view = editor.send("jedimind/viewText", {"uri": uri})
            expected.append((view, version, in_characters(typist.text), (before, changes)))
        for view, version, text, how in expected:
            answer = await editor.answer(view)
            assert answer == {"text": text, "version": version}, f"SEED={seed}: {how}"


async def test_of_a_character_that_an_edit_cuts_the_other_half_stays(
    editor: Editor, project: Path
) -> None:
    await editor.start(project, encoding="utf-16")
    uri = editor.open(project / "cut.py", "a😀b😀")
    replace(editor, uri, 2, (2, 5), "-")
    assert await viewed(editor, uri) == "a\ud83d-\ude00"
    replace(editor, uri, 3, (2, 3), "")
    assert await viewed(editor, uri) == "a😀"


def replace(editor: Editor, uri: str, version: int, columns: tuple[int, int], text: str) -> None:
    start, end = ({"line": 0, "character": character} for character in columns)
    change = {"range": {"start": start, "end": end}, "text": text}
    document = {"uri": uri, "version": version}
    params = {"textDocument": document, "contentChanges": [change]}
    editor.notify("textDocument/didChange", params)


async def viewed(editor: Editor, uri: str) -> Any:
    return (await editor.request("jedimind/viewText", {"uri": uri}))["text"]
