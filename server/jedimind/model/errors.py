"""What can go wrong between a caller and a model.

Every error's text is a sentence for the user that ends with what to do next.
"""

from __future__ import annotations

from jedimind.errors import UserError


class ModelError(UserError):
    """The model gave no complete answer."""


class EndpointUnreachable(ModelError):
    """Nothing accepts connections at the endpoint's address."""


class EndpointRefused(ModelError):
    """The endpoint does not want this request: its key, model or content is wrong."""


class PromptTooLong(EndpointRefused):
    """The prompt does not fit into the model's context window."""


class EndpointBusy(ModelError):
    """The endpoint takes no request now; `retry_after` is in seconds, None if it did not say."""

    def __init__(self, sentence: str, *, retry_after: float | None) -> None:
        super().__init__(sentence)
        self.retry_after = retry_after


class EndpointFailed(ModelError):
    """The endpoint broke down, fell silent, or answered with something else than completions."""


class EndpointBrokeOff(EndpointFailed):
    """The connection broke: the endpoint's process died, or the network did."""


class HostStartFailed(ModelError):
    """The local model's process could not be started or could not load the model."""
