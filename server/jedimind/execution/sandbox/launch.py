"""Starts one of our scripts under the user's Python, confined as a tier can.

    launched = launch(tier, policy, python, script, arguments, pass_fds=[channel])
    ...
    launched.end()

The script goes on in a process that is confined by the zygote's stage of the policy already
(`guest/confined.py`). For what it forks to run the user's code, it calls, last of all,
``confinement.confine_worker(confinement.worker_stage, channel)``; the other end of the channel goes
to `confinement.receive_questions`, and what that gives, with ``worker_stage["refusals"]``, to
`refusals.Refusals`.

`launch` looks at the workspace's files and starts processes: call it off the event loop, and from a
thread that lives as long as the script may, because bwrap ends with the thread that started it.
"""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import attrs

from jedimind.execution import environment
from jedimind.execution.sandbox import bubblewrap, filters, policy
from jedimind.execution.sandbox.policy import Policy
from jedimind.execution.sandbox.temporary import TemporaryFolder
from jedimind.execution.sandbox.tier import Tier, TierNotAvailable

_GUEST = Path(__file__).parent.parent / "guest"


@attrs.frozen
class Launched:
    """`temporary` is the temporary folder as the process sees it: in tier A a mount that goes with
    it, else a folder of this machine that `end` removes."""

    process: subprocess.Popen[bytes]
    temporary: str
    _folder: TemporaryFolder | None

    def end(self) -> None:
        """Kills the process if it has not ended, and removes its temporary folder.

        In tier A all that it started is gone, too; else that is up to the script.
        """
        self.process.kill()
        self.process.wait()
        if self._folder is not None:
            self._folder.remove()


def launch(
    tier: Tier,
    confining: Policy,
    interpreter: str,
    script: Path,
    arguments: Sequence[str] = (),
    *,
    pass_fds: Iterable[int] = (),
    cwd: Path | None = None,
    stdin: int | None = subprocess.DEVNULL,
    stdout: int | None = None,
    stderr: int | None = None,
    options: Sequence[str] = (),
) -> Launched:
    """Starts ``interpreter script *arguments`` in `cwd`, by default the policy's folder.

    It has its standard streams and the descriptors `pass_fds`, under the same numbers, and no
    others; `options` are for the interpreter; it is the leader of a session of its own. If it
    cannot be confined, it ends at once with `guest.confined.FAILED` and the reason on stderr.

    Raises:
        TierNotAvailable: bwrap is not installed, or the machine is of an unknown kind.
        OSError: the system cannot execute the interpreter or bwrap, or cannot enter `cwd`.
    """
    protected = confining.protection() if tier is not Tier.C else None
    mounted = tier is Tier.A
    folder = None if mounted else TemporaryFolder.make()
    temporary = bubblewrap.TEMPORARY if folder is None else folder.path
    kept = sorted(pass_fds)
    try:
        before: list[str] = []
        document: dict[str, Any] = policy.limits_only(confining)
        if tier is not Tier.C:
            machine = filters.machine()
            if machine is None:
                raise TierNotAvailable("this kind of processor is not known to the sandbox")
            document = policy.document(confining, machine, temporary, protected, mounted=mounted)
        if mounted:
            bwrap = bubblewrap.program()
            if bwrap is None:
                raise TierNotAvailable("bubblewrap is not installed: apt install bubblewrap")
            needed = _needed(interpreter, script, cwd or confining.folder)
            before = bubblewrap.command(bwrap, confining, protected, needed)
        with tempfile.TemporaryFile() as file:
            file.write(json.dumps(document).encode("ascii"))
            file.seek(0)
            confined = [str(_GUEST / "confined.py"), str(file.fileno()), ",".join(map(str, kept))]
            process = subprocess.Popen(
                [*before, interpreter, *options, *confined, str(script), *arguments],
                stdin=stdin,
                stdout=stdout,
                stderr=stderr,
                pass_fds=[*kept, file.fileno()],
                cwd=cwd or confining.folder,
                # bwrap's own too: see there.
                env=environment.for_run(
                    interpreter, os.environ, temporary=temporary, network=confining.network
                ),
                start_new_session=True,
            )
    except BaseException:
        if folder is not None:
            folder.remove()
        raise
    return Launched(process, temporary, folder)


def _needed(interpreter: str, script: Path, cwd: Path) -> list[str]:
    """What must not be covered by a mount: our scripts, the Python with its libraries."""
    python = Path(interpreter)
    prefixes = {python.parent.parent}
    while python.is_symlink():
        python = python.parent / python.readlink()
        prefixes.add(python.parent.parent)
    prefixes.add(python.resolve().parent.parent)
    return [str(path) for path in (_GUEST, script.parent, cwd, *prefixes)]
