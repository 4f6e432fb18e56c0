"""What ends a command early."""


class CommandError(Exception):
    """The text is one sentence for the user, with a next step."""
