"""What an answer says, apart from its form, so that those of two servers can be compared."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit

from wire import Answer

Essence = frozenset[Hashable]

# The part of what the peer says that ours has to say, too, for the two to have done the same work.
# Jedi itself varies a little from one question to the next.
_ENOUGH = 0.9


def compare(peer: Answer, ours: Answer, essence: Callable[[Any], Essence]) -> str | None:
    """Why the two cannot be compared, or None where they can."""
    said = []
    for name, answer in (("the peer", peer), ("jedimind", ours)):
        if answer.error is not None:
            return f"{name} failed: {answer.error}"
        said.append(essence(answer.result))
        if not said[-1]:
            return f"{name} has no answer"
    theirs, own = said
    if len(theirs & own) < _ENOUGH * len(theirs):
        return f"the answers differ: {len(theirs & own)} of {len(theirs)} are in both"
    return None


def completions(prefix: str) -> Callable[[Any], Essence]:
    """The labels that the editor would show after `prefix`."""

    def essence(result: Any) -> Essence:
        items = result["items"] if isinstance(result, dict) else result or []
        labels = (item["label"].partition("(")[0].rstrip("=") for item in items)
        return frozenset(label for label in labels if label.lower().startswith(prefix.lower()))

    return essence


def anything(result: Any) -> Essence:
    """That there is an answer: texts about a thing may say the same in many words."""
    return frozenset(["something"] if result else [])


def locations(result: Any) -> Essence:
    """File and line of each place. Of a file counts how its path ends: the servers are in
    environments of their own, each with its own copies of stubs.
    """
    places = [result] if isinstance(result, dict) else result or []
    return frozenset(map(_place, places))


def _place(place: Any) -> tuple[tuple[str, ...], int]:
    uri = place.get("uri") or place["targetUri"]
    range_ = place.get("range") or place["targetSelectionRange"]
    path = PurePosixPath(unquote(urlsplit(uri).path))
    return path.parts[-2:], range_["start"]["line"]


def symbols(result: Any) -> Essence:
    """Names of classes and functions, with those around them."""
    return frozenset(_named(result or [], ()))


def _named(children: list[Any], around: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    class_, method, constructor, function = 5, 6, 9, 12
    for symbol in children:
        name = (*around, symbol["name"])
        if symbol["kind"] in (class_, method, constructor, function):
            yield name
        yield from _named(symbol.get("children") or [], name)


def tokens(result: Any) -> Essence:
    """Where the coloured words stand."""
    data = (result or {}).get("data") or []
    line = column = 0
    found: set[Hashable] = set()
    for down, right, length, *_ in zip(*[iter(data)] * 5, strict=True):
        line, column = line + down, right if down else column + right
        found.add((line, column, length))
    return frozenset(found)
