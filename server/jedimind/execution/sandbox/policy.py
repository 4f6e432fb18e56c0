"""What code may do, by who wished that it runs, and the document that has it so confined.

Everything can be read: the system, the environment, the workspace. Secrets are kept from it by
`environment.py` and by what cannot be reached, other processes and sockets.

Two mechanisms keep it from writing, and both see the same policy. With read-only mounts (tier A)
the workspace is writable but for binds over what is protected. Landlock alone (tier B) can only
allow, and what it allows holds for everything beneath; so with something protected in a folder,
not the folder is allowed but each of its other entries. There no *new* file can be made right in
that folder: in most repositories the top one, where ``.git`` is. Folders without are as usual.

``/dev/shm`` belongs to a run alone where it is mounted for it. Without mounts it is shared with all
programs of the user, and open to the user's own code only, which needs it for multiprocessing.
"""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import attrs

from jedimind.execution.guest import confinement
from jedimind.execution.profile import Profile
from jedimind.execution.sandbox import filters, protection
from jedimind.execution.sandbox.protection import Protection
from jedimind.execution.sandbox.syscalls import NUMBERS, Machine
from jedimind.settings import ExecutionSettings

_DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom", "/dev/tty")
SHARED_MEMORY = "/dev/shm"
# Of a new instance: those of the system are the user's terminals.
_TERMINALS = ("/dev/pts", "/dev/ptmx")
_MOST_DESCRIPTORS = 4096
# As workspaces these would take in what is mounted beneath.
_TOO_WIDE = (Path("/"), Path("/tmp"), Path("/dev"), Path("/dev/shm"), Path("/proc"))


@attrs.frozen
class Policy:
    """`folder` is the workspace. `temporary` is the size of the temporary folder, in bytes."""

    profile: Profile
    folder: Path
    network: bool
    writes: bool
    temporary: int

    @classmethod
    def of(cls, profile: Profile, folder: Path, settings: ExecutionSettings) -> Policy:
        """`folder` may be a link; it is the real one that counts."""
        own = profile is Profile.OWN
        folder = folder.resolve()
        return cls(
            profile=profile,
            folder=folder,
            network=own and settings.network,
            writes=own and settings.writes == "workspace" and folder not in _TOO_WIDE,
            temporary=settings.temporary * 2**20,
        )

    def protection(self) -> Protection | None:
        """What is protected in the workspace, if any of it may be written. Looks at the disk."""
        return protection.look(self.folder) if self.writes else None


def limits_only(policy: Policy) -> dict[str, Any]:
    """The document of `guest/confinement.py` for where there is no sandbox."""
    return {"zygote": {}, "worker": {"limits": _limits(policy)}}


def document(
    policy: Policy,
    machine: Machine,
    temporary: str,
    protected: Protection | None,
    *,
    mounted: bool,
) -> dict[str, Any]:
    """The document of `guest/confinement.py`.

    `temporary` is the temporary folder as the program sees it; `mounted` says that what may not be
    written is mounted read-only, and the temporary folder, ``/dev`` and ``/dev/shm`` for this run.
    """
    abi = confinement.landlock_abi()
    free = [*_DEVICES, temporary]
    if mounted:
        free += _TERMINALS
    if mounted or policy.profile is Profile.OWN:
        free.append(SHARED_MEMORY)
    guarded: list[str] = []
    read_only = [str(policy.folder)]
    if protected is not None:
        guarded = [str(policy.folder)] if mounted else list(protected.beside)
        read_only = list(protected.protected)
    landlock = {"write": [*free, *guarded], "network": policy.network, "scoped": True}
    circumstances = filters.Circumstances(network=policy.network, scoped=abi >= 6)
    worker = {
        "landlock": {"scoped": True},
        "filter": _text(filters.for_worker(machine, circumstances, asks=False)),
        "questions": _text(filters.for_worker(machine, circumstances, asks=True)),
        "limits": _limits(policy),
        "refusals": {
            "calls": {str(number): name for name, number in NUMBERS[machine].items()},
            "writable": free,
            "guarded": guarded,
            "read_only": read_only,
            "names": sorted(protection.NAMES),
        },
    }
    zygote = {
        "landlock": landlock,
        "filter": _text(filters.for_zygote(machine, abi)),
        "capabilities": False,
    }
    return {"zygote": zygote, "worker": worker}


def _limits(policy: Policy) -> dict[str, int]:
    limits = {"CORE": 0, "NOFILE": _MOST_DESCRIPTORS}
    if not policy.writes:
        # Without a mount of that size it is all that bounds what is written.
        limits["FSIZE"] = policy.temporary
    return limits


def _text(program: bytes) -> str:
    return base64.b64encode(program).decode("ascii")
