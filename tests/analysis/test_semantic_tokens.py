"""What the names of a file stand for, in order: each with its type and modifiers."""

from __future__ import annotations

import math
from itertools import pairwise
from pathlib import Path

import pytest

from analysis.project import Project
from jedimind.analysis.place import SourcePlace
from jedimind.analysis.semantic_tokens import Modifier, SemanticTokensQuestion, TokenType
from jedimind.analysis.worker.semantic_tokens import semantic_tokens
from jedimind.analysis.worker.tokens import imported
from jedimind.text import Position, Text

_SHORT = {
    Modifier.DECLARATION: "declared",
    Modifier.DEFINITION: "defined",
    Modifier.READONLY: "constant",
    Modifier.STATIC: "static",
    Modifier.ASYNC: "async",
    Modifier.DEPRECATED: "deprecated",
    Modifier.DEFAULT_LIBRARY: "standard",
    Modifier.SELF: "self",
}


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first look at a library can take longer than an editor would be kept waiting."""
    monkeypatch.setattr(imported, "_BUDGET", math.inf)


def at(place: SourcePlace, lines: range) -> str:
    text = Text.of(place.source)
    words = []
    for token in semantic_tokens(SemanticTokensQuestion(place, lines.start, lines.stop)):
        name = text.line(token.line)[token.column : token.column + token.length]
        kind = TokenType(token.type).name.lower().replace("_", "-")
        modifiers = [word for flag, word in _SHORT.items() if flag & token.modifiers]
        words.append(".".join([f"{name}:{kind}", *modifiers]))
    return " ".join(words)


def tokens(source: str) -> str:
    """The tokens of the last lines of `source`: those after the mark ``#>``, if there is one."""
    place = SourcePlace(None, source, Position(0, 0))
    first = source[: source.find("#>") + 1].count("\n")
    return at(place, range(first, 1000))


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (
            "class A(object):\n    x = 1",
            "A:class.declared.defined object:class.standard x:property.declared",
        ),
        (
            "def f(a, *b, c=d, **e): return a, b, c, e",
            (
                "f:function.declared.defined a:parameter.declared b:parameter.declared"
                " c:parameter.declared d:variable e:parameter.declared"
                " a:parameter b:parameter c:parameter e:parameter"
            ),
        ),
        ("async def f(): pass", "f:function.declared.defined.async"),
        ("f(a=b)", "f:function a:parameter b:variable"),
        ("x = 1\nX_MAX = x", "x:variable.declared X_MAX:variable.declared.constant x:variable"),
        ("lambda k: k", "k:parameter.declared k:parameter"),
        ("f = lambda: 1\nf()", "f:function.declared f:function"),
        (
            "print(len, True, __name__)",
            "print:function.standard len:function.standard __name__:variable.constant.standard",
        ),
        ("print = 1\nprint", "print:variable.declared print:variable"),
        (
            "def f(x):\n    x = 1",
            "f:function.declared.defined x:parameter.declared x:parameter.declared",
        ),
    ],
)
def test_names_are_what_they_are_bound_as(source: str, expected: str) -> None:
    assert tokens(source) == expected


_CLASS = """\
class A:
    limit = 1
    def run(self): pass
    @property
    def size(self): pass
    @classmethod
    def make(cls): pass
class B(A):
    def go(self, other):
        #>
"""


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("self.run", "self:parameter.self run:method"),
        ("self.run()", "self:parameter.self run:method"),
        ("self.size()", "self:parameter.self size:property"),
        ("self.limit.x", "self:parameter.self limit:property x:property"),
        ("self.new = 1", "self:parameter.self new:property.declared"),
        ("B.make()", "B:class make:method.static"),
        ("other.run, other.run()", "other:parameter run:property other:parameter run:method"),
        ("[self for x in y]", "self:parameter.self x:variable.declared y:variable"),
        ("limit, run", "limit:variable run:variable"),
        ("super().go()", "super:class.standard go:method"),
    ],
)
def test_members_are_found_through_self_and_the_bases_in_the_file(
    source: str, expected: str
) -> None:
    assert tokens(f"{_CLASS}        {source}") == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (
            "@property\ndef f(): pass",
            "property:decorator.standard f:function.declared.defined",
        ),
        (
            "@app.route(p)\nclass A: pass",
            "app:variable route:decorator p:variable A:class.declared.defined",
        ),
        (
            "class A:\n    @staticmethod\n    async def f(a): a",
            (
                "A:class.declared.defined staticmethod:decorator.standard"
                " f:method.declared.defined.static.async a:parameter.declared a:parameter"
            ),
        ),
        (
            "@deprecated('no')\ndef f(): pass\nf()",
            "deprecated:decorator f:function.declared.defined.deprecated f:function.deprecated",
        ),
    ],
)
def test_decorators(source: str, expected: str) -> None:
    assert tokens(source) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("f'{a!r:>{b}} {c=}'", "a:variable b:variable c:variable"),
        ("x: 'A' = 1", "x:variable.declared A:class"),
        (
            "def f(a: list['ä | A']) -> 'A': pass",
            (
                "f:function.declared.defined a:parameter.declared"
                " list:class.standard ä:variable A:class A:class"
            ),
        ),
        ("x: Literal['A']", "x:variable.declared Literal:class"),
        ("x: Annotated['A', 'B']", "x:variable.declared Annotated:class A:class"),
        ("x: t.Optional['A']", "x:variable.declared t:variable Optional:property A:class"),
        ("cast('A', x)", "cast:function A:class x:variable"),
        ("x = 'A'", "x:variable.declared"),
        ("'ä😀'; b", "b:variable"),
        ("if (n := f()): n", "n:variable.declared f:function n:variable"),
        (
            "[n for n in n if (m := n)]\nm",
            ("n:variable n:variable.declared n:variable m:variable.declared n:variable m:variable"),
        ),
        (
            "for i, (j, *k) in z: pass",
            ("i:variable.declared j:variable.declared k:variable.declared z:variable"),
        ),
        ("with f() as (a, b): pass", "f:function a:variable.declared b:variable.declared"),
        ("try: pass\nexcept* E as e: e", "E:class e:variable.declared e:variable"),
    ],
)
def test_names_stand_in_strings_annotations_and_every_kind_of_target(
    source: str, expected: str
) -> None:
    assert tokens(source) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (
            "match p:\n    case Point(x=0, y=q) | A.B if q: pass",
            (
                "p:variable Point:class x:property y:property q:variable.declared"
                " A:class B:property.constant q:variable"
            ),
        ),
        (
            "match p:\n    case {'k': v, **r} | [a, *b] as w: pass\n    case _: pass",
            (
                "p:variable v:variable.declared r:variable.declared a:variable.declared"
                " b:variable.declared w:variable.declared"
            ),
        ),
        (
            "def f[T: int, *Ts](x: T): x",
            (
                "f:function.declared.defined T:type-parameter.declared int:class.standard"
                " Ts:type-parameter.declared x:parameter.declared T:type-parameter x:parameter"
            ),
        ),
        (
            "type P[K] = tuple[K]",
            "P:class.declared K:type-parameter.declared tuple:class.standard K:type-parameter",
        ),
    ],
)
def test_patterns_and_type_parameters(source: str, expected: str) -> None:
    assert tokens(source) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("class A: pass\nB = A\n#>\nB", "B:class"),
        ("T = TypeVar('T')\n#>\nT", "T:type-parameter"),
        ("P = namedtuple('P', 'x y')\n#>\nP", "P:class"),
        ("P: TypeAlias = 'int'\n#>\nP", "P:class"),
        ("p: Final = 1\n#>\np", "p:variable.constant"),
        ("class C(Enum):\n    RED = 1\n#>\nC.RED", "C:enum RED:enum-member.constant"),
        (
            "class C(E): x = 1\nclass E(Flag): pass\nclass D(E): y = 1\n#>\nD.y",
            ("D:enum y:enum-member.constant"),
        ),
        ("x = 1\ndef f():\n    global x\n    def x(): pass\n#>\nx", "x:function"),
        ("def f():\n    n = 1\n    def g():\n        nonlocal n\n#>\n        n", "n:variable"),
        ("def f():\n    class n: pass\n    def g():\n        nonlocal n\n#>\n        n", "n:class"),
    ],
)
def test_what_an_assignment_or_a_scope_makes_of_a_name(source: str, expected: str) -> None:
    assert tokens(source) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (
            "import os.path as p, collections.abc\n#>\ncollections.abc.Set, p.join",
            (
                "collections:namespace abc:namespace Set:class.standard p:namespace"
                " join:function.standard"
            ),
        ),
        (
            "import os\n#>\nos.path.sep, os.getcwd",
            (
                "os:namespace path:namespace.standard"
                " sep:variable.standard os:namespace getcwd:function.standard"
            ),
        ),
        (
            "from typing import Optional, Any as a",
            (
                "typing:namespace"
                " Optional:class.declared.standard Any:class.standard a:class.declared.standard"
            ),
        ),
        ("from collections import defaultdict\n#>\ndefaultdict()", "defaultdict:class.standard"),
        ("from functools import *\n#>\npartial(1)", "partial:class.standard"),
        (
            "from re import RegexFlag\n#>\nRegexFlag.ASCII",
            ("RegexFlag:enum.standard ASCII:enum-member.constant.standard"),
        ),
        (
            "from nowhere import Thing, other\n#>\nThing, other, other()",
            ("Thing:class other:variable other:function"),
        ),
        (
            "import nowhere\n#>\nnowhere.run(nowhere.Thing)",
            ("nowhere:namespace run:function nowhere:namespace Thing:class"),
        ),
        ("from __future__ import annotations", ""),
    ],
)
def test_imports_are_what_jedi_says_or_else_what_they_look_like(source: str, expected: str) -> None:
    assert tokens(source) == expected


def test_names_of_the_project_are_looked_up_in_its_files(project: Project) -> None:
    place = project(
        {
            "pkg/__init__.py": "",
            "pkg/things.py": "class thing: pass\ndef act(): pass\ncount = 1\n",
            "pkg/main.py": "from . import things\nfrom .things import act\nact, things.thing, "
            "things.count$0\n",
        }
    )
    assert at(place, range(2, 3)) == (
        "act:function things:namespace thing:class things:namespace count:variable"
    )


def test_what_there_is_no_time_to_ask_goes_by_its_look(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imported, "_BUDGET", -1.0)
    source = "from wsgiref.util import FileWrapper, guess_scheme\nguess_scheme()"
    place = SourcePlace(None, source, Position(0, 0))
    answer = semantic_tokens(SemanticTokensQuestion(place, 0, 2))
    assert not answer.complete
    assert tokens(source).endswith(
        "FileWrapper:class.declared guess_scheme:variable.declared guess_scheme:function"
    )


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("def f(self):\n    return self.\n\nclass A:\n    x = 1\n#>\nA", "A:class"),
        ("x = (\nclass A: pass\n#>\nA", "A:class"),
        ("import \nfrom x import\nfrom \n#>\na", "a:variable"),
        ("def (a): pass\nclass : pass\nfor in b: c\n#>\na", "a:variable"),
        ("", ""),
    ],
)
def test_half_typed_code_has_tokens(source: str, expected: str) -> None:
    assert tokens(source) == expected


def test_deep_nesting_is_no_trouble() -> None:
    assert tokens("x = " + "(" * 3000 + "y" + ")" * 3000).endswith("y:variable")
    assert tokens("x = " + "y + " * 3000 + "z").endswith("z:variable")


def test_tokens_are_in_order_and_do_not_overlap() -> None:
    source = Path(imported.__file__).read_text()
    place = SourcePlace(None, source, Position(0, 0))
    found = list(semantic_tokens(SemanticTokensQuestion(place, 0, 10_000)))
    assert len(found) > 400
    for before, after in pairwise(found):
        assert (before.line, before.column + before.length) < (after.line, after.column + 1)
