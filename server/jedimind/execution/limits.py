"""What a run may use."""

from __future__ import annotations

import attrs

from jedimind.settings import ExecutionSettings


@attrs.frozen
class Limits:
    """`timeout` in seconds from start to end, `memory` in MiB for a run and its children together,
    `output` in KiB for stdout and stderr together."""

    timeout: float
    memory: int
    output: int

    @classmethod
    def of(cls, settings: ExecutionSettings) -> Limits:
        return cls(timeout=settings.timeout, memory=settings.memory, output=settings.output)
