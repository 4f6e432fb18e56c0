"""llama.cpp, through xllamacpp: its server runs inside this process and is called directly.

What was measured with xllamacpp 2026.10.11549 on two cores:

- Loading holds the GIL from start to end (1 to 14 s for 0.5B): no other thread runs meanwhile.
  Generating releases it; the longest gap was 9 ms.
- A generation can be stopped only when its callback is called. Asking for ``return_progress`` has
  it called after every `_BATCH` tokens of the prompt too. At 0.5B a batch of 2048 took 7 s, one of
  128 takes 1.2 s and costs under a tenth of the speed.
- Its threads wait for each other by spinning, and when anything else wants a core they spin
  through their whole time slice. With two threads, 60 tokens after a prompt of 500 took over
  100 s beside one busy process. `_SPINS` makes them sleep soon: 8 s then, and about the same
  speed as before on a quiet machine (35 tokens a second, with noise of 5).
- The server opens a port of its own. It is given a key that nobody knows, and is never used.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from jedimind.model.engines import Chunk, EngineError, Kind, LoadError, gguf_file

_BATCH = 128
_SPINS = "2000"
_PROMPT_CACHE_MIB = 256
_ERRORS_ONLY = 1


class LlamaCpp:
    """A GGUF model in llama.cpp's server."""

    capabilities = frozenset({"grammar"})

    def __init__(self) -> None:
        self._server: Any = None

    def load(self, path: Path, *, name: str, context: int, threads: int) -> None:
        """See `Engine.load`."""
        gguf_file.check(path)
        os.environ.setdefault("GOMP_SPINCOUNT", _SPINS)  # read when the library is loaded
        try:
            # 100 MB, and absent where there is no wheel for the platform.
            import xllamacpp
        except ImportError as error:
            raise LoadError(
                "llama.cpp is not available on this platform (no `xllamacpp`); run an "
                "OpenAI-compatible server and give its address in `model.endpoint`."
            ) from error

        params = xllamacpp.CommonParams()
        params.model.path = str(path)
        params.model_alias = {name}
        params.n_ctx = context
        params.n_batch = _BATCH
        params.n_parallel = 1
        params.cache_ram_mib = _PROMPT_CACHE_MIB
        params.verbosity = _ERRORS_ONLY
        params.warmup = True
        # It would load the model once more, to measure device memory that a CPU build does not use.
        params.fit_params = False
        params.api_keys = [secrets.token_urlsafe(32)]
        params.n_threads_http = 1
        if threads:  # by itself llama.cpp takes the physical cores
            params.cpuparams.n_threads = threads
            params.cpuparams_batch.n_threads = threads
        try:
            self._server = xllamacpp.Server(params)
        except (RuntimeError, ValueError) as error:
            raise LoadError(
                f"llama.cpp cannot load {path}: the file is damaged or incomplete, its "
                "architecture is unknown, or memory ran out; install the model again or choose "
                "another."
            ) from error

    def stream(self, kind: Kind, body: Mapping[str, Any], emit: Callable[[Chunk], bool]) -> None:
        """See `Engine.stream`."""
        refusal: Chunk | None = None

        def take(chunk: Chunk) -> bool:
            nonlocal refusal
            if "error" in chunk:
                refusal = chunk["error"]
                return True
            return emit(chunk)

        answer = {
            "chat": self._server.handle_chat_completions,
            "completion": self._server.handle_completions,
        }[kind]
        try:
            answer({**body, "stream": True, "return_progress": True}, take)
        except (RuntimeError, ValueError) as error:
            raise EngineError(str(error), status=400, type="invalid_request_error") from error
        if refusal is not None:
            raise EngineError(
                str(refusal.get("message", refusal)),
                status=int(refusal.get("code", 500)),
                type=str(refusal.get("type", "server_error")),
            )
