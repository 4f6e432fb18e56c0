"""Runs code in ipykernels, and says how long that took; for `execution_programs.Kernel`.

Runs under the Python that has jupyter_client. Each line on stdin is ``cold`` or ``warm`` and the
code's UTF-8 in hexadecimal; each answer is two numbers of seconds, the first -1 where the code
printed nothing. An empty line answers a failure.
"""

from __future__ import annotations

import sys
import time
from typing import Any

from jupyter_client.manager import start_new_kernel  # type: ignore[import-not-found]

# Seconds.
_PATIENCE = 120


def run(client: Any, source: str, began: float) -> str:
    """The answer, once the kernel is idle again and has replied."""
    asked = client.execute(source)
    first = -1.0
    while True:
        message = client.get_iopub_msg(timeout=_PATIENCE)
        if message["parent_header"].get("msg_id") != asked:
            continue
        if message["msg_type"] == "stream" and first < 0:
            first = time.perf_counter() - began
        if message["msg_type"] == "status" and message["content"]["execution_state"] == "idle":
            break
    reply = client.get_shell_msg(timeout=_PATIENCE)
    if reply["content"]["status"] != "ok":
        return ""
    return f"{first} {time.perf_counter() - began}"


def main() -> None:
    warm_manager, warm_client = start_new_kernel()
    for line in sys.stdin:
        word, coded = line.split()
        source = bytes.fromhex(coded).decode()
        began = time.perf_counter()
        if word == "cold":
            manager, client = start_new_kernel()
            answer = run(client, source, began)
            client.stop_channels()
            manager.shutdown_kernel(now=True)
        else:
            answer = run(warm_client, source, began)
        print(answer, flush=True)
    warm_client.stop_channels()
    warm_manager.shutdown_kernel(now=True)


if __name__ == "__main__":
    main()
