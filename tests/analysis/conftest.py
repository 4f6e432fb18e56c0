"""A project on disk for each test that asks for one."""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis.project import Project, write_project


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return lambda files: write_project(tmp_path / "project", files)
