"""What every question to Jedi has in common: the type of its answer."""

from __future__ import annotations

from typing import Any, Generic, TypeVar, get_args

Answer = TypeVar("Answer", covariant=True)


class Question(Generic[Answer]):
    """A question to an analysis worker. Subclasses are attrs classes that can travel as JSON."""


def answer_type(question: type[Question[Answer]]) -> Any:
    """The type that answers to `question` have, as its base class names it."""
    (base,) = question.__orig_bases__  # type: ignore[attr-defined]
    return get_args(base)[0]
