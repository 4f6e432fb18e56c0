"""Has a program record the values of its statements while it runs.

The tree is rewritten: a statement also stores its value in a list, which costs a few nanoseconds,
where tracing lines costs a call. The list and what reads it are put into the code as constants, so
the program finds no names of ours. Places in tracebacks stay the program's.

Recorded are expression statements and assignments at the level of the module, inside its blocks
and loops; functions and classes are left as they are. What is said of a value is true of the moment
after its statement: its text is made right then, the first `_IMMEDIATE` times. Of later times only
the last value is kept, up to the end of the loop, and shown only if its kind cannot change.
"""

from __future__ import annotations

import ast
import os
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType
    from typing import Any

    from jedimind.execution.guest import values
else:
    import values

# Statements that are recorded; texts made right after each; seconds for all texts together.
MOST_STATEMENTS = 2_000
_IMMEDIATE = 20
_BUDGET = 0.25
# Characters of all readable texts together.
_MOST_READABLE = 100_000
# The list begins after these: a string of this length in its place would be looked into by
# Python's optimizer.
_UNUSED = 64


class Recorder:
    """What is recorded; `rewrite`, `compiled` and then `report`, which may come at any time."""

    def __init__(self) -> None:
        self._list: list[Any] = [None] * _UNUSED
        mark = os.urandom(8).hex()
        self._places = {f"list {mark}": self._list, f"recorder {mark}": self}
        self._list_name, self._recorder_name = self._places
        # Of each statement by the index of its value: first and last line, the indices of its
        # counter and of whether its text is made at once; both 0 outside of loops.
        self._statements: dict[int, tuple[int, int, int, int]] = {}
        self._seen: dict[int, _Seen] = {}
        # Names that a loop's last value can be read from when it is over, which saves storing each.
        self._names: frozenset[str] = frozenset()
        self._rebound: frozenset[str] | None = None
        self._after: list[ast.stmt] = []
        self._budget = _BUDGET
        self._room = _MOST_READABLE

    def rewrite(self, module: ast.Module) -> None:
        self._rebound = _rebound_elsewhere(module)
        module.body = self._block(module.body, loop=False, apart=False)

    def compiled(self, code: CodeType) -> CodeType:
        """`code`, compiled from a rewritten tree, with this recorder in it."""
        constants = tuple(
            self._places.get(constant, constant) if type(constant) is str else constant
            for constant in code.co_consts
        )
        return code.replace(co_consts=constants)

    def note(self, index: int) -> None:
        """Called by the program after a statement that stored its value at `index`."""
        value, self._list[index] = self._list[index], None
        flag = self._statements[index][3]
        seen = self._seen.setdefault(index, _Seen())
        seen.count += 1
        if seen.count >= _IMMEDIATE or self._budget <= 0:
            self._list[flag] = None
        if value is not None:
            self._say(seen, value)

    def add(self, line: int, end_line: int, value: Any) -> None:
        """A value that no statement of the tree stores."""
        index = len(self._list)
        self._list.append(None)
        self._statements[index] = line, end_line, 0, 0
        seen = self._seen[index] = _Seen()
        seen.count = 1
        self._say(seen, value)

    def settle(self, first: int, stop: int) -> None:
        """Called by the program after a loop: lets go of what its statements stored."""
        for index in range(first, stop):
            if index in self._statements:
                self._settle(index)

    def report(self) -> list[list[Any]]:
        """``[line, end_line, first, last, count, readable]`` of each statement, in order.

        `last` is None if it is not known. `readable` is of the last time that a text was made.
        """
        self.settle(_UNUSED, len(self._list))
        return [
            [*self._statements[index][:2], seen.first, seen.last, seen.count, seen.readable]
            for index, seen in sorted(self._seen.items())
            if seen.first is not None
        ]

    def _settle(self, index: int) -> None:
        value, self._list[index] = self._list[index], None
        seen = self._seen.get(index)
        counter = self._statements[index][2]
        if seen is None or not counter or self._list[counter] <= seen.count:
            return
        seen.count = self._list[counter]
        known = value is not None and type(value) in values.CONSTANT_TYPES
        seen.last = values.short(value) if known else None
        seen.readable = ""

    def _say(self, seen: _Seen, value: Any) -> None:
        if self._budget <= 0:
            seen.last = None
            return
        began = time.perf_counter()
        try:
            seen.last = values.short(value)
            seen.readable = values.readable(value) if self._room > 0 else ""
        except KeyboardInterrupt:  # the run is being stopped
            raise
        except BaseException as error:  # noqa: BLE001 - it may change under us, or memory be out
            seen.last = f"<repr failed: {type(error).__name__}>"
        finally:
            self._budget -= time.perf_counter() - began
        self._room -= len(seen.readable)
        if seen.first is None:
            seen.first = seen.last

    def _block(self, body: list[Any], *, loop: bool, apart: bool) -> list[Any]:
        """`body` with its statements recorded; `apart` if any of them may be the last to run."""
        written: list[Any] = []
        counter = 0
        for statement in body:
            first = len(self._list)
            if not loop:
                self._names = _bound_once(statement, self._rebound)
            skips = self._enter(statement, loop=loop, apart=apart)
            full = len(self._statements) >= MOST_STATEMENTS
            value = _value(statement) if isinstance(statement, _RECORDED) and not full else None
            if value is None:
                written.append(statement)
            elif loop and (apart or not counter):
                counter = self._new(0)
                written += self._recorded(statement, value, counter)
                count = ast.AugAssign(self._slot(counter, ast.Store()), ast.Add(), ast.Constant(1))
                written.append(_at(statement, count))
            else:
                written += self._recorded(statement, value, counter)
            if isinstance(statement, (ast.For, ast.While)) and not loop:
                written += self._after
                self._after = []
                stop = len(self._list)
                written.append(_at(statement, self._call("settle", first, stop)))
            if skips:
                counter = 0
        return written

    def _enter(self, statement: ast.stmt, *, loop: bool, apart: bool) -> bool:
        """Record what stands inside of a compound statement; whether it may leave its block."""
        if not isinstance(statement, _COMPOUND) and type(statement).__name__ not in _NEWER:
            return False
        into = loop or isinstance(statement, (ast.For, ast.While))
        # A statement that fails leaves these blocks, and the program goes on.
        apart = apart or not isinstance(statement, (ast.For, ast.While, ast.If))
        for part in (statement, *getattr(statement, "handlers", ()), *_cases(statement)):
            for field in ("body", "orelse", "finalbody"):
                block = getattr(part, field, None)
                if block:
                    setattr(part, field, self._block(block, loop=into, apart=apart))
        return True

    def _recorded(self, statement: Any, value: Any, counter: int) -> list[Any]:
        index = self._new(None)
        flag = self._new(True) if counter else 0
        end = getattr(statement, "end_lineno", None) or statement.lineno
        self._statements[index] = statement.lineno, end, counter, flag
        slot = self._slot(index, ast.Store())
        name = _target(statement)
        if counter and name is not None and name.id in self._names:
            store = ast.Assign([slot], _read(name))
            again = ast.Assign([self._slot(index, ast.Store())], _read(name))
            late = ast.If(self._slot(counter, ast.Load()), [again], [])
            self._after.append(_at(statement, late))
            early = ast.If(self._slot(flag, ast.Load()), [store, self._call("note", index)], [])
            return [statement, _at(statement, early)]
        if isinstance(statement, ast.Expr):
            written = [_at(statement, ast.Assign([slot], statement.value))]
        elif value is statement:
            statement.targets.append(_at(statement, slot))
            written = [statement]
        else:
            written = [statement, _at(statement, ast.Assign([slot], value))]
        note: ast.stmt = self._call("note", index)
        if counter:
            note = ast.If(self._slot(flag, ast.Load()), [note], [])
        return [*written, _at(statement, note)]

    def _new(self, content: Any) -> int:
        self._list.append(content)
        return len(self._list) - 1

    def _slot(self, index: int, context: ast.expr_context) -> ast.Subscript:
        number: Any = ast.Constant(index)
        # Python 3.8 wraps it.
        number = number if isinstance(ast.Index(number), ast.Constant) else ast.Index(number)
        return ast.Subscript(ast.Constant(self._list_name), number, context)

    def _call(self, name: str, *numbers: int) -> ast.Expr:
        method = ast.Attribute(ast.Constant(self._recorder_name), name, ast.Load())
        return ast.Expr(ast.Call(method, [ast.Constant(number) for number in numbers], []))


class _Seen:
    """The texts of one statement's values, and how often it ran."""

    __slots__ = ("count", "first", "last", "readable")

    def __init__(self) -> None:
        self.count = 0
        self.first: str | None = None
        self.last: str | None = None
        self.readable = ""


_RECORDED = (ast.Expr, ast.Assign, ast.AugAssign, ast.AnnAssign)
_COMPOUND = (ast.For, ast.While, ast.If, ast.With, ast.Try)
_NEWER = ("Match", "TryStar")
# Functions through which names come and go unseen.
_ANY_NAME = frozenset({"exec", "eval", "globals", "locals", "vars"})


def _cases(statement: Any) -> list[Any]:
    return getattr(statement, "cases", [])


def _value(statement: Any) -> Any:
    """What to store after `statement`; itself if it can do that, None if there is nothing to say.

    Only names are read again: reading an attribute or an item may run code.
    """
    constant = statement.value is None or isinstance(statement.value, ast.Constant)
    if constant and not isinstance(statement, ast.AugAssign):
        return None
    if isinstance(statement, ast.Expr):
        return statement.value
    if isinstance(statement, ast.Assign):
        targets: list[Any] = statement.targets
        if not any(isinstance(target, (ast.Tuple, ast.List)) for target in targets):
            return statement
        if len(targets) > 1 or not all(isinstance(each, ast.Name) for each in targets[0].elts):
            return None
        return ast.Tuple([_read(each) for each in targets[0].elts], ast.Load())
    target = statement.target
    return _read(target) if isinstance(target, ast.Name) else None


def _target(statement: Any) -> ast.Name | None:
    """The only thing that `statement` binds, if that is a name."""
    targets = statement.targets if isinstance(statement, ast.Assign) else []
    target = getattr(statement, "target", None) or (targets[0] if len(targets) == 1 else None)
    return target if isinstance(target, ast.Name) else None


def _rebound_elsewhere(module: ast.Module) -> frozenset[str] | None:
    """Names that functions may bind or delete; None if that may be any."""
    found: set[str] = set()
    for node in ast.walk(module):
        if isinstance(node, ast.Global):
            found.update(node.names)
        elif isinstance(node, ast.Name) and node.id in _ANY_NAME:
            return None
    return frozenset(found)


def _bound_once(statement: ast.stmt, rebound: frozenset[str] | None) -> frozenset[str]:
    """Names that a loop binds in one place only."""
    if rebound is None or not isinstance(statement, (ast.For, ast.While)):
        return frozenset()
    once: set[str] = set()
    more = set(rebound)
    for node in ast.walk(statement):
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            (more if node.id in once else once).add(node.id)
        else:  # definitions, imports, handlers and patterns
            bound = (getattr(node, field, None) for field in ("name", "asname", "rest"))
            more.update(name for name in bound if isinstance(name, str))
    return frozenset(once - more)


def _read(name: ast.Name) -> ast.Name:
    return ast.copy_location(ast.Name(name.id, ast.Load()), name)


def _at(place: ast.stmt, node: Any) -> Any:
    """`node` and all that is new in it, at the place of a statement."""
    for each in ast.walk(node):
        if "lineno" in each._attributes and getattr(each, "lineno", None) is None:
            ast.copy_location(each, place)
    return node
