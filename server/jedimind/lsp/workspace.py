"""The folders of the workspace, whether the user trusts them, and the settings that hold in each.

Trust and settings are read from disk in threads and remembered; what is remembered is dropped
when a settings file changes, the editor sends new settings, or a folder becomes trusted.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from lsprotocol import types

from jedimind import directories, trust
from jedimind.lsp.conversion import uri_to_path
from jedimind.settings import (
    Settings,
    SettingsFileError,
    Source,
    combine,
    editor_table,
    project_file,
    user_file,
)
from jedimind.watch import FileWatch

logger = logging.getLogger(__name__)


class Workspace:
    """What is known about folders."""

    def __init__(self, params: types.InitializeParams, warn: Callable[[str], None]) -> None:
        self._warn = warn
        self._warned: set[str] = set()
        self._settings: dict[Path, Settings] = {}
        self._loop = asyncio.get_running_loop()
        self._watch: FileWatch | None = None
        options = params.initialization_options
        options = dict(options) if isinstance(options, dict) else {}
        # The editor's own answer to whether it trusts what it has open.
        self._trusted_by_editor = options.pop("trusted", False) is True
        # What the editor said at first holds where it says nothing else later.
        self._editor: list[Any] = [options]
        self.folders = [uri_to_path(folder.uri) for folder in params.workspace_folders or []]
        if not self.folders and params.root_uri:
            self.folders = [uri_to_path(params.root_uri)]

    def folder_of(self, path: Path) -> Path:
        """The innermost workspace folder with `path`; outside of all, its own directory.

        What was never saved belongs to the first folder, or to a place for such things.
        """
        if not path.is_absolute():
            return self.folders[0] if self.folders else directories.scratch()
        around = [folder for folder in self.folders if path.is_relative_to(folder)]
        return max(around, key=lambda folder: len(folder.parts), default=path.parent)

    def change_folders(self, event: types.WorkspaceFoldersChangeEvent) -> None:
        removed = {uri_to_path(folder.uri) for folder in event.removed}
        self.folders = [folder for folder in self.folders if folder not in removed]
        self.folders += [uri_to_path(folder.uri) for folder in event.added]

    async def is_trusted(self, folder: Path) -> bool:
        return self._trusted_by_editor or await asyncio.to_thread(trust.is_trusted, folder)

    async def trust(self, folder: Path) -> None:
        """Remember that the user trusts `folder`.

        Raises:
            OSError: it cannot be remembered.
        """
        await asyncio.to_thread(trust.trust, folder)
        self.forget_settings()

    def set_editor_settings(self, table: Any) -> None:
        self._editor[1:] = [table]
        self.forget_settings()

    def forget_settings(self) -> None:
        self._settings.clear()

    async def settings(self, folder: Path) -> Settings:
        """The settings for what is in `folder`. Wrong ones are named to the user, once each."""
        if folder not in self._settings:
            trusted = await self.is_trusted(folder)
            self._settings[folder] = await asyncio.to_thread(self._load, folder, trusted)
        return self._settings[folder]

    def close(self) -> None:
        if self._watch is not None:
            self._watch.close()

    def _load(self, folder: Path, trusted: bool) -> Settings:
        own, project = directories.user_settings(), folder / "pyproject.toml"
        sources: list[Source] = []
        sentences: list[str] = []
        for read in (partial(user_file, own), partial(project_file, folder, trusted=trusted)):
            try:
                sources.append(read())
            except SettingsFileError as error:
                sentences.append(str(error))
        settings, problems = combine([*sources, *map(editor_table, self._editor)])
        sentences += [problem.sentence for problem in problems]
        self._loop.call_soon_threadsafe(self._tell, sentences)
        if self._watch is None:
            self._watch = FileWatch(self._file_changed)
        for file in (own, project):
            self._watch.add(file)
        return settings

    def _file_changed(self, path: Path) -> None:
        logger.info("%s changed; settings are read again.", path)
        self._loop.call_soon_threadsafe(self.forget_settings)

    def _tell(self, sentences: list[str]) -> None:
        for sentence in sentences:
            if sentence not in self._warned:
                self._warned.add(sentence)
                self._warn(sentence)
