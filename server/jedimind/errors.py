"""What all failures have in common that the user is told of."""

from __future__ import annotations


class UserError(Exception):
    """A failure whose text is a sentence for the user: what is wrong, and what to do next."""
