"""The folders of the workspace, whether the user trusts them, and the settings that hold in each.

Settings are read from disk in threads and remembered, apart for each answer to whether the folder
is trusted; what is remembered is dropped when a settings file changes or the editor sends new
settings. Trust is looked up each time: the user may give it in a terminal.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from lsprotocol import types

from jedimind import directories, trust
from jedimind.lsp.conversion import uri_to_path
from jedimind.lsp.tasks import TaskFailed
from jedimind.settings import Settings
from jedimind.settings_sources import (
    SettingsFileError,
    Source,
    combine,
    editor_table,
    project_file,
    summarize,
    user_file,
)
from jedimind.watch import FileWatch

logger = logging.getLogger(__name__)


class Workspace:
    """What is known about folders."""

    def __init__(self, params: types.InitializeParams, warn: Callable[[str], None]) -> None:
        self._warn = warn
        self._warned: set[str] = set()
        self._settings: dict[tuple[Path, bool], Settings] = {}
        self._generation = 0  # of what settings are made from
        self._loop = asyncio.get_running_loop()
        self._watch: FileWatch | None = None
        self._listeners: list[Callable[[], None]] = []
        options = params.initialization_options
        options = dict(options) if isinstance(options, dict) else {}
        # The editor's own answer to whether it trusts the folders it has open.
        self._trusted_by_editor = options.pop("trusted", False) is True
        # What the editor said at first holds where it says nothing else later.
        self._first_editor_settings = options
        self._editor_settings: Any = None
        self._folder_settings: Mapping[Path, Any] = {}
        self.folders = _on_disk(folder.uri for folder in params.workspace_folders or ())
        if not self.folders and params.root_uri:
            self.folders = _on_disk([params.root_uri])

    def on_change(self, listener: Callable[[], None]) -> None:
        """Have `listener` called when settings, folders or trust may not be the same any more."""
        self._listeners.append(listener)

    def first_settings(self) -> Settings:
        """What the editor sent with `initialize`, over the defaults. Looks at no file."""
        settings, _ = combine([editor_table(self._first_editor_settings)])
        return settings

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
        self.folders += _on_disk(folder.uri for folder in event.added)
        self.forget_settings()

    async def is_trusted(self, folder: Path) -> bool:
        """Whether code in `folder` may run.

        What the editor trusts are its folders and what was never saved, not every file in it.
        """
        if self._trusted_by_editor and folder in (*self.folders, directories.scratch()):
            return True
        return await asyncio.to_thread(trust.is_trusted, folder)

    async def trust(self, folder: Path) -> None:
        """Remember that the user trusts `folder`.

        Raises:
            TaskFailed: it cannot be remembered.
        """
        try:
            await asyncio.to_thread(trust.trust, folder)
        except OSError as error:
            raise TaskFailed(
                f"Trust in {folder} cannot be remembered ({error.strerror}: {error.filename}); "
                "make that place writable."
            ) from error
        self.forget_settings()

    def set_editor_settings(self, table: Any, by_folder: Mapping[Path, Any] | None = None) -> None:
        """Take `table` for every folder, except those with a table of their own in `by_folder`."""
        self._editor_settings, self._folder_settings = table, by_folder or {}
        self.forget_settings()

    def forget_settings(self) -> None:
        self._generation += 1
        self._settings.clear()
        for listener in self._listeners:
            listener()

    async def settings(self, folder: Path) -> Settings:
        """The settings for what is in `folder`. Wrong ones are named to the user, once."""
        if self._watch is None:
            self._watch = FileWatch(self._file_changed)
        key = folder, await self.is_trusted(folder)
        while key not in self._settings:
            generation = self._generation
            settings, sentences = await asyncio.to_thread(self._load, self._watch, *key)
            if generation == self._generation:
                self._settings[key] = settings
                self._tell(sentences)
        return self._settings[key]

    def close(self) -> None:
        if self._watch is not None:
            self._watch.close()

    def _load(self, watch: FileWatch, folder: Path, trusted: bool) -> tuple[Settings, list[str]]:
        """The settings, and what is wrong with them in sentences."""
        own, project = directories.user_settings(), folder / "pyproject.toml"
        for file in (own, project):
            watch.add(file)
        sources: list[Source] = []
        sentences: list[str] = []
        for read in (partial(user_file, own), partial(project_file, folder, trusted=trusted)):
            try:
                sources.append(read())
            except SettingsFileError as error:
                sentences.append(str(error))
        later = self._folder_settings.get(folder, self._editor_settings)
        settings, problems = combine(
            [*sources, editor_table(self._first_editor_settings), editor_table(later)]
        )
        return settings, sentences + summarize(problems)

    def _file_changed(self, path: Path) -> None:
        logger.info("%s changed; settings are read again.", path)
        self._loop.call_soon_threadsafe(self.forget_settings)

    def _tell(self, sentences: list[str]) -> None:
        for sentence in sentences:
            if sentence not in self._warned:
                self._warned.add(sentence)
                self._warn(sentence)


def _on_disk(uris: Iterable[str]) -> list[Path]:
    """The folders that are on this machine; editors can open others (``vscode-vfs:``)."""
    return [path for path in map(uri_to_path, uris) if path.is_absolute()]
