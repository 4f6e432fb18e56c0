"""A user who works on a small project at random: types, renames, opens, closes, saves, pulls."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from pathlib import Path

import attrs
from lsprotocol import types

from editor import Editor

FILES = {
    "shapes.py": '''\
import math
from dataclasses import dataclass
from colours import Colour, RED


@dataclass
class Shape:
    """Something with an area."""

    name: str
    colour: Colour = RED

    def area(self) -> float:
        raise NotImplementedError

    def describe(self, places=2):
        """A sentence about the shape."""
        return f"{self.name} in {self.colour.name}: {round(self.area(), places)}"


class Circle(Shape):
    radius = 1.0

    def area(self):
        return math.pi * self.radius ** 2


def biggest(shapes):
    found = max(shapes, key=lambda shape: shape.area())
    return found


circle = Circle("circle")
sentence = circle.describe()
words = sentence.split()
''',
    "colours.py": '''\
import enum
import os.path as paths


class Colour(enum.Enum):
    """What light does."""

    red = 1
    green = 2

    def mixed(self, other: "int") -> str:
        return paths.join(self.name, str(other))


RED = Colour.red
names = [colour.name for colour in Colour]
table = {"red": RED, "all": names}
''',
    "app.py": """\
import collections
import shapes
from colours import table
from shapes import Circle, biggest

try:
    import extra
except ImportError:
    extra = None

counts = collections.Counter()
for shape in [Circle("one"), Circle("two")]:
    counts[shape.name] += 1
    text = shape.describe(places=1)
    print(text.upper(), shape.colour, shapes.circle.radius)
best = biggest([shapes.circle])
first = counts.most_common(1)[0]
with open(best.name) as file:
    lines = file.readlines()
print(table["red"].name, first, extra.helper(lines) if extra else None)
""",
}
_LATER = "extra.py", 'def helper(lines):\n    """Helps."""\n    return lines[0].strip()\n'
_PIECES = [
    *["(", ")", "[", "]", ":", ",", ".", "=", "#", "'", '"""', "\n", "    ", "\n\n", "😀"],
    *["self.", "x = 1\n", "def extra(a, b=2): ...\n", "import os\n", "return ", "name", "area"],
]


@attrs.define(eq=False)
class User:
    """Does one thing at a time; `random` says which."""

    editor: Editor
    project: Path
    random: random.Random

    def begin(self) -> None:
        for name, text in FILES.items():
            (self.project / name).write_text(text)
            self.editor.open(self.project / name)

    def act(self) -> str:
        """Do something; what it was."""
        actions: list[Callable[[], str]] = [
            *[self._type] * 6,
            *[self._rename] * 3,
            *[self._undo_all] * 2,
            self._close,
            self._open,
            self._save,
            self._change_on_disk,
            self._create_or_delete,
        ]
        return self.random.choice(actions)()

    def document(self) -> str:
        """One of the open documents, by URI; there always is one."""
        return self.random.choice(sorted(self.editor.documents))

    def _type(self) -> str:
        uri = self.document()
        text = self.editor.documents[uri].text
        start = self.random.randrange(len(text) + 1)
        end = min(start + self.random.choice([0, 0, 0, 1, 1, 5, 40]), len(text))
        new = self.random.choice([*_PIECES, "", ""])
        self.editor.edit(uri, start, end, new)
        return f"typed {new!r} over {text[start:end]!r} in {uri}"

    def _rename(self) -> str:
        """Rename a word in one document, as by hand."""
        uri = self.document()
        words = sorted(set(re.findall(r"[a-z]\w{2,}", self.editor.documents[uri].text)))
        word = self.random.choice(words)
        new = word[::-1] if self.random.random() < 0.5 else self.random.choice(words)
        for found in reversed(list(re.finditer(rf"\b{word}\b", self.editor.documents[uri].text))):
            self.editor.edit(uri, found.start(), found.end(), new)
        return f"renamed {word} to {new} in {uri}"

    def _undo_all(self) -> str:
        uri = self.document()
        name = uri.rpartition("/")[2]
        length = len(self.editor.documents[uri].text)
        self.editor.edit(uri, 0, length, FILES.get(name, _LATER[1]))
        return f"undid everything in {uri}"

    def _close(self) -> str:
        """Close a document without saving it."""
        if len(self.editor.documents) == 1:
            return self._open()
        uri = self.document()
        self.editor.close(uri)
        return f"closed {uri}"

    def _open(self) -> str:
        closed = [
            path
            for path in sorted(self.project.glob("*.py"))
            if path.as_uri() not in self.editor.documents
        ]
        if not closed:
            return self._save()
        path = self.random.choice(closed)
        self.editor.open(path)
        return f"opened {path}"

    def _save(self) -> str:
        uri = self.document()
        self.editor.save(uri)
        path = self.project / uri.rpartition("/")[2]
        self.editor.tell_changes(types.FileChangeType.Changed, path)
        return f"saved {uri}"

    def _change_on_disk(self) -> str:
        """Have another program write a file, open or not."""
        path = self.random.choice(sorted(self.project.glob("*.py")))
        text = path.read_text().replace("\n", f"\nadded_{self.random.randrange(99)} = 1\n", 1)
        path.write_text(text)
        self.editor.tell_changes(types.FileChangeType.Changed, path)
        return f"wrote {path}"

    def _create_or_delete(self) -> str:
        path = self.project / _LATER[0]
        if path.exists() and path.as_uri() not in self.editor.documents:
            path.unlink()
            self.editor.tell_changes(types.FileChangeType.Deleted, path)
            return f"deleted {path}"
        path.write_text(_LATER[1])
        self.editor.tell_changes(types.FileChangeType.Created, path)
        return f"created {path}"
