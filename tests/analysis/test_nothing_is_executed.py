"""Opening a folder executes nothing from inside it, whatever Jedi is asked."""

from __future__ import annotations

import asyncio
import importlib.machinery
import os
import py_compile
import shutil
import subprocess
import sys
from pathlib import Path

import attrs
import pytest

from analysis.project import Project
from jedimind.analysis.place import SourcePlace
from jedimind.analysis.process import AnalysisProcess

# Modules that the worker itself, Jedi, or the lookup of a module might import.
TEMPTING = ["json", "jedi", "parso", "attrs", "zlib", "setuptools", "sitecustomize", "typing"]
SITE = ".venv/lib/python3.11/site-packages"


@pytest.fixture
def marker(tmp_path: Path) -> Path:
    return tmp_path / "executed"


@pytest.fixture
def hostile(project: Project, marker: Path) -> SourcePlace:
    """A project of modules that leave a mark when they are imported, and a file that uses them."""
    leave_mark = f"open({str(marker)!r}, 'a').write(__name__ + '\\n')\n"
    helper = f"{leave_mark}def help_me(a, *, b): ...\nclass Thing:\n    x: int = 1\n"
    imports = "".join(f"import {name}\n" for name in [*TEMPTING, "distutils.core", "pkg_resources"])
    source = f"""
import sys
sys.path.insert(0, "lib.zip")
from helper import help_me, Thing
import antigravity, installed
import compiled, linked, frozen.compiled as deep
{imports}
def f(thing: Thing):
    things = [thing, help_me(1, b=2), compiled.value, linked.value, deep.value]
    antigravity.geohash; installed.thing; json.loads; distutils.core.setup; pkg_resources.require
    # use compiled and linked and json
    $0
"""
    files = {f"{name}.py": helper for name in [*TEMPTING, "usercustomize", "helper"]}
    files |= {f"{SITE}/{name}.py": helper for name in ("installed", "sitecustomize")}
    files |= {
        "evil.pth": f"import os; {leave_mark}",
        f"{SITE}/evil.pth": f"import os; {leave_mark}",
        ".jedi/project.json": '[1, {"environment_path": ".venv/bin/python"}]',
        ".venv/pyvenv.cfg": "home = bin\n",
        ".venv/bin/python": f"#!/bin/sh\necho interpreter >> {marker}\n",
        "main.py": source,
    }
    place = project(files)
    assert place.folder is not None
    (place.folder / ".venv/bin/python").chmod(0o755)
    (place.folder / "frozen").mkdir()
    for directory in (place.folder, place.folder / SITE, place.folder / "frozen"):
        py_compile.compile(
            str(place.folder / "helper.py"), cfile=str(directory / "compiled.pyc"), doraise=True
        )
    _link_extension(place.folder, marker)
    return place


def _link_extension(folder: Path, marker: Path) -> None:
    """An extension module that leaves the mark when it is loaded, if there is a C compiler."""
    compiler = shutil.which("cc")
    if compiler is None:
        return
    code = folder / "linked.c"
    code.write_text(
        "#include <stdio.h>\n"
        "__attribute__((constructor)) static void loaded(void) {\n"
        f'    FILE *mark = fopen("{marker}", "a"); fputs("extension\\n", mark); fclose(mark);\n'
        "}\n"
    )
    suffix = importlib.machinery.EXTENSION_SUFFIXES[0]
    target = folder / f"linked{suffix}"
    subprocess.run([compiler, "-shared", "-fPIC", "-o", target, code], check=True)
    # Named after a standard module that opens a browser when it is imported.
    shutil.copy(target, folder / f"antigravity{suffix}")


@pytest.mark.parametrize("with_interpreter", [False, True])
def test_no_question_executes_project_code(
    hostile: SourcePlace,
    marker: Path,
    monkeypatch: pytest.MonkeyPatch,
    with_interpreter: bool,
) -> None:
    assert hostile.folder is not None
    # Editors start the server in the folder.
    monkeypatch.chdir(hostile.folder)
    monkeypatch.setenv("VIRTUAL_ENV", os.fspath(hostile.folder / ".venv"))
    interpreter = hostile.folder / ".venv/bin/python" if with_interpreter else None
    place = attrs.evolve(hostile, interpreter=interpreter)
    assert "help_me" in asyncio.run(everything_asked(place))
    assert not marker.exists(), marker.read_text()


async def everything_asked(place: SourcePlace) -> set[str]:
    """The names that code at the place can use, after every question was asked."""
    analysis = AnalysisProcess(deadline=60)
    try:
        context = await analysis.context(place, frozenset({"compiled", "linked", "json"}))
        await analysis.unresolved(place, range(len(place.source.splitlines())))
    finally:
        await analysis.close()
    return {definition.name for definition in context.definitions}


@pytest.mark.parametrize("code", ["import compiled", "import helper", "import zlib"])
def test_the_marks_work(hostile: SourcePlace, marker: Path, code: str) -> None:
    """Without this, the other test could not fail."""
    subprocess.run([sys.executable, "-c", code], cwd=hostile.folder, check=False)
    assert marker.exists()
