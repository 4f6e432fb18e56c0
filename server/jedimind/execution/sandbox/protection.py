"""What of a workspace is never written by code that runs: what other programs execute or obey.

Mounts and Landlock protect what is there when a sandbox is made; of what is not there yet the
supervisor refuses the names (`guest/refusals.py`), which a program that races it can get around.
"""

from __future__ import annotations

import os
from collections import deque
from pathlib import Path

import attrs

_NAMES = (
    # repositories
    ".git .gitmodules .gitconfig .hg .svn .jj "
    # editors and their dev containers
    ".vscode .idea .devcontainer .zed .helix .nvim.lua .exrc .dir-locals.el "
    # ours, and what the start of a Python reads
    ".jedimind .venv venv pyvenv.cfg sitecustomize.py usercustomize.py "
    # programs of other package managers
    "node_modules .direnv .envrc .mise.toml .pre-commit-config.yaml "
    # shells, and keys
    ".bashrc .bash_profile .bash_login .bash_logout .bash_aliases .profile .zshrc .zshenv "
    ".zprofile .zlogin .zlogout .inputrc .cshrc .tcshrc .ssh .gnupg"
)
NAMES = frozenset(_NAMES.split())
"""Files and folders with these names, wherever in the workspace."""

_ENVIRONMENT_MARK = "pyvenv.cfg"
_BARE_REPOSITORY_MARKS = frozenset(["HEAD", "objects", "refs"])
# Folders looked into, the highest first, and what is protected of what is found: each is a mount.
# What is beyond is refused by its name only, like what is not there yet.
_MOST_FOLDERS = 5000
_MOST_PROTECTED = 500


@attrs.frozen
class Protection:
    """`protected` are paths in the workspace; `beside` everything else in the folders on the way to
    them, so that all of the workspace but the protected is beneath one of it."""

    protected: tuple[str, ...]
    beside: tuple[str, ...]


def look(workspace: Path) -> Protection:
    """Finds what is to be protected. Takes a while in a large workspace.

    Links are not followed: what is beneath one is not in the workspace.
    """
    home = os.environ.get("HOME")
    children: dict[str, list[str]] = {}
    protected: set[str] = set()
    unseen = deque([str(workspace)])
    while unseen and len(children) < _MOST_FOLDERS and len(protected) < _MOST_PROTECTED:
        folder = unseen.popleft()
        try:
            with os.scandir(folder) as entries:
                found = [entry for entry in entries if not entry.is_symlink()]
        except OSError:
            protected.add(folder)
            continue
        names = {entry.name for entry in found}
        is_environment = _ENVIRONMENT_MARK in names or names >= _BARE_REPOSITORY_MARKS
        if is_environment and folder != str(workspace):
            protected.add(folder)
            continue
        children[folder] = [entry.path for entry in found]
        for entry in found:
            if entry.name in NAMES or (folder == home and entry.name.startswith(".")):
                protected.add(entry.path)
            elif entry.is_dir(follow_symlinks=False):
                unseen.append(entry.path)
    on_the_way = {
        str(parent)
        for path in protected
        for parent in Path(path).parents
        if parent == workspace or workspace in parent.parents
    }
    beside = sorted(
        path
        for folder in on_the_way
        for path in children[folder]
        if path not in protected and path not in on_the_way
    )
    return Protection(
        tuple(sorted(protected)), tuple(beside or ([] if protected else [str(workspace)]))
    )
