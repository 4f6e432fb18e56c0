"""The environment variables that programs see which the server starts with the user's Python.

Code sees those in a list, because any other may be a secret.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

_KEPT = re.compile(
    # who and where the user is, and how they read and write
    "PATH|HOME|USER|LOGNAME|SHELL|LANG|LANGUAGE|LC_[A-Z]+|TZ|TZDIR|TERM|COLORTERM|NO_COLOR|"
    "XDG_(CACHE|CONFIG|DATA|STATE)_HOME|XDG_(CONFIG|DATA)_DIRS|"
    # how Python and its packages work; PYTHONHOME is another Python's standard library
    "PYTHON(?!HOME$|STARTUP$|INSPECT$)[A-Z]+|VIRTUAL_ENV|CONDA_(PREFIX|DEFAULT_ENV)|MPLBACKEND|"
    "(OMP|MKL|OPENBLAS|NUMEXPR|BLIS|VECLIB)_[A-Z_]+|CUDA_[A-Z0-9_]+|JAVA_HOME|"
    "LD_LIBRARY_PATH|DYLD_(FALLBACK_)?LIBRARY_PATH|"
    # whom to believe in the network
    "SSL_CERT_(FILE|DIR)|REQUESTS_CA_BUNDLE|CURL_CA_BUNDLE|"
    # what Windows does not start without
    "SYSTEMROOT|SYSTEMDRIVE|WINDIR|COMSPEC|PATHEXT|USERPROFILE|APPDATA|LOCALAPPDATA|PROGRAMDATA|"
    "PROGRAMFILES|NUMBER_OF_PROCESSORS|PROCESSOR_ARCHITECTURE"
)
_PROXY = re.compile("(?i:(HTTPS?|FTP|ALL|NO)_PROXY)")


def for_run(
    interpreter: str,
    inherited: Mapping[str, str],
    *,
    temporary: str | None = None,
    network: bool = True,
) -> dict[str, str]:
    """Variables for code run by `interpreter`, with `temporary` as the folder for its files.

    Proxies come with the network, but for those with a password in them.
    """
    variables = {
        name: value
        for name, value in inherited.items()
        if _KEPT.fullmatch(name) or (network and _PROXY.fullmatch(name) and "@" not in value)
    }
    if temporary is not None:
        variables.update(dict.fromkeys(("TMPDIR", "TEMP", "TMP"), temporary))
    # There is no display to open windows on.
    variables.setdefault("MPLBACKEND", "Agg")
    return _suited_to(interpreter, variables)


def for_package_manager(interpreter: str, inherited: Mapping[str, str]) -> dict[str, str]:
    """Variables for the user's own package manager: all but ours, for it needs its settings."""
    variables = {
        name: value
        for name, value in inherited.items()
        if not name.startswith("JEDIMIND_") and name != "PYTHONHOME"
    }
    return _suited_to(interpreter, variables)


def _suited_to(interpreter: str, variables: dict[str, str]) -> dict[str, str]:
    for name in ("VIRTUAL_ENV", "CONDA_PREFIX"):
        environment = variables.get(name)
        if environment and not Path(interpreter).is_relative_to(environment):
            # It belongs to another Python, and tools believe it.
            del variables[name]
    # Output is read while the program runs, as UTF-8.
    variables["PYTHONUNBUFFERED"] = "1"
    variables["PYTHONIOENCODING"] = "utf-8"
    return variables
