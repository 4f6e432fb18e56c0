"""Writes the server's settings into package.json, as VS Code wants them described.

`settings.py --check` only says whether they are current. VS Code keeps what a repository brings in
`.vscode/settings.json` from settings of machine scope, and from restricted ones until the
workspace is trusted; so scopes mean there what they mean in `pyproject.toml`.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from jedimind.settings import Description, Scope, describe

PACKAGE = Path(__file__).parents[1] / "package.json"

_SCOPES = {
    Scope.PROJECT: "window",
    Scope.TRUSTED: "machine-overridable",
    Scope.USER: "machine",
}
_TYPES = {
    "true or false": "boolean",
    "a whole number": "integer",
    "a number": "number",
    "a text": "string",
    "null": "null",
}


def properties() -> dict[str, Any]:
    """Every setting as VS Code's configuration schema has it."""
    path = {
        "type": "string",
        "default": "",
        "scope": "machine-overridable",
        "markdownDescription": "Absolute path of the `jedimind` program. If empty, that of the "
        "environment variable `JEDIMIND_PATH`, else the one on the `PATH`.",
    }
    return {"jedimind.path": path} | {
        f"jedimind.{setting.key}": _property(setting) for setting in describe()
    }


def restricted() -> list[str]:
    """Settings that a workspace cannot make until it is trusted."""
    trusted = [setting.key for setting in describe() if setting.scope is Scope.TRUSTED]
    return [f"jedimind.{key}" for key in ["path", *trusted]]


def described(package: dict[str, Any]) -> dict[str, Any]:
    """`package` with the settings as they are now."""
    package["contributes"]["configuration"]["properties"] = properties()
    package["capabilities"]["untrustedWorkspaces"]["restrictedConfigurations"] = restricted()
    return package


def _property(setting: Description) -> dict[str, Any]:
    return {
        **_type(setting.type),
        "default": setting.default,
        "scope": _SCOPES[setting.scope],
        "markdownDescription": setting.doc,
    }


def _type(name: str) -> dict[str, Any]:
    if name.startswith('"'):
        return {"type": "string", "enum": [option.strip('"') for option in name.split(" | ")]}
    if name in _TYPES:
        return {"type": _TYPES[name]}
    return {"type": [_TYPES[option] for option in name.split(" or ")]}


def main() -> None:
    package = json.loads(PACKAGE.read_text(encoding="utf-8"))
    before = json.dumps(package)
    current = described(package)
    if json.dumps(current) == before:
        return
    if "--check" in sys.argv:
        sys.exit(f"{PACKAGE} is out of date; run {Path(__file__).name}.")
    text = json.dumps(current, indent=2, ensure_ascii=False)
    PACKAGE.write_text(f"{text}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
