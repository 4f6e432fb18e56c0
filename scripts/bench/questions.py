"""What a user waits for in two windows that have been open for a while."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import answers
import attrs
from corpus import Cases, Spot
from pairs import Pair, Two, in_turns

from window import Dot, Window, shown
from wire import Answer

AT_DOT = "completion at a dot"
FURTHER = "completion at a further character"
TRACE = "typing trace, total"
HOVER = "hover"

# Seconds after an edit until servers have done what they do after one, such as diagnostics.
_SETTLING = 1.5


@attrs.frozen
class _Question:
    """One method, the places that it is asked about, and what its answers say."""

    kind: str
    method: str
    essence: Callable[[Any], answers.Essence]
    places: Sequence[tuple[str, Path, Mapping[str, Any]]]


def measure(windows: Two[Window], cases: Cases, rounds: int) -> Iterator[Pair]:
    """Everything in `cases`, `rounds` times after a first time that does not count.

    Before each kind of question the files are edited, so that no answer is one from before.
    """
    for round_ in range(rounds + 1):
        for question in _questions(cases):
            for path in dict.fromkeys(path for _, path, _ in question.places):
                windows.peer.touch(path, question.kind)
                windows.ours.touch(path, question.kind)
            time.sleep(_SETTLING)
            for turn, place in enumerate(question.places):
                pair = _ask(turn + round_, windows, question, place)
                if round_:
                    yield pair
        for turn, dot in enumerate(cases.dots):
            both = in_turns(turn + round_, windows, partial(_type, dot=dot))
            if round_:
                yield from _typed(dot, both)


def _questions(cases: Cases) -> list[_Question]:
    def at(spots: Sequence[Spot], **more: Any) -> list[tuple[str, Path, Mapping[str, Any]]]:
        return [
            (
                spot.shown,
                spot.path,
                {"position": {"line": spot.line, "character": spot.column}, **more},
            )
            for spot in spots
        ]

    def whole(files: Sequence[Path]) -> list[tuple[str, Path, Mapping[str, Any]]]:
        return [(shown(path), path, {}) for path in files]

    text = "textDocument/"
    everywhere = at(cases.definitions, context={"includeDeclaration": True})
    return [
        _Question(HOVER, text + "hover", answers.anything, at(cases.uses)),
        _Question("definition", text + "definition", answers.locations, at(cases.uses)),
        _Question("references", text + "references", answers.locations, everywhere),
        _Question("document symbols", text + "documentSymbol", answers.symbols, whole(cases.files)),
        _Question(
            "semantic tokens", text + "semanticTokens/full", answers.tokens, whole(cases.small)
        ),
    ]


def _ask(
    turn: int,
    windows: Two[Window],
    question: _Question,
    place: tuple[str, Path, Mapping[str, Any]],
) -> Pair:
    name, path, params = place
    both = in_turns(turn, windows, lambda window: window.ask(question.method, path, params))
    return _pair(question.kind, name, both, question.essence)


def _type(window: Window, dot: Dot) -> list[tuple[str, Answer]]:
    return list(window.type(dot))


def _typed(dot: Dot, both: Two[list[tuple[str, Answer]]]) -> Iterator[Pair]:
    """The pairs of one trace: each keystroke, and all of them together."""
    pairs = [
        _pair(
            FURTHER if typed else AT_DOT,
            f"{dot.shown} after {typed!r}",
            Two(peer, ours),
            answers.completions(typed),
        )
        for (typed, peer), (_, ours) in zip(both.peer, both.ours, strict=True)
    ]
    yield from pairs
    total = Two(
        sum(pair.seconds.peer for pair in pairs),
        sum(pair.seconds.ours for pair in pairs),
    )
    differences = [pair.difference for pair in pairs if pair.difference is not None]
    yield Pair(TRACE, dot.shown, total, differences[0] if differences else None)


def _pair(
    kind: str, case: str, both: Two[Answer], essence: Callable[[Any], answers.Essence]
) -> Pair:
    seconds = Two(both.peer.seconds, both.ours.seconds)
    return Pair(kind, case, seconds, answers.compare(both.peer, both.ours, essence))
