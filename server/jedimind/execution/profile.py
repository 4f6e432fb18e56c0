"""By whose wish code runs."""

import enum


class Profile(enum.Enum):
    """By whose wish code runs."""

    OWN = "own"
    """The user pressed Run in a folder they trust."""
    GENERATED = "generated"
    """A model wrote it, or the folder is not trusted: only inside a sandbox."""
