"""Why a run could not begin. Each text is a sentence for the user with the next step."""

from jedimind.errors import UserError


class ExecutionError(UserError):
    """A run that did not begin; nothing was executed."""


class UnsupportedPlatformError(ExecutionError):
    """This system has no POSIX processes."""


class SandboxRequiredError(ExecutionError):
    """Code that may only run inside a sandbox, where there is none."""


class InterpreterError(ExecutionError):
    """The Python to run code with is missing, broken, too old or not to be trusted."""


class PlaceError(ExecutionError):
    """The folder to run in cannot be entered."""
