"""The settings that hold for a command in a folder; what is wrong with them goes to stderr."""

from __future__ import annotations

import sys
from pathlib import Path

from jedimind import directories
from jedimind.cli.errors import CommandError
from jedimind.settings import Settings
from jedimind.settings_sources import SettingsFileError, combine, project_file, user_file


def load(folder: Path, *, trusted: bool) -> Settings:
    """
    Raises:
        CommandError: a settings file cannot be read.
    """
    try:
        sources = [user_file(directories.user_settings()), project_file(folder, trusted=trusted)]
    except SettingsFileError as error:
        raise CommandError(str(error)) from error
    settings, problems = combine(sources)
    for problem in problems:
        print(f"jedimind: {problem.sentence}", file=sys.stderr)
    return settings
