"""Whether a document calls a project's functions as they are: with arguments that they take.

    python context_calls.py DOCUMENT SOLUTION     (in the project's folder)

A call is right if `inspect.signature` of the real object binds it: no argument missing, none too
many, no keyword that does not exist. Exits with 0 if the document calls every function or class of
the project that the solution calls, at least once, and never wrongly; else says what is wrong. The
project's modules are imported; the document and the solution are only read.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any


def project_names(tree: ast.AST) -> dict[str, Any]:
    """What the document's imports from the project's own modules are called, and what they are."""
    own = {path.stem for path in Path().glob("*.py")} | {path.name for path in Path().iterdir()}
    names: dict[str, Any] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name.partition(".")[0] in own:
                    module = importlib.import_module(alias.name)
                    names[alias.asname or alias.name] = module
        elif isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] in own:
            module = importlib.import_module(str(node.module))
            for alias in node.names:
                found = getattr(module, alias.name, None)
                if found is None and (Path(str(node.module)) / f"{alias.name}.py").exists():
                    found = importlib.import_module(f"{node.module}.{alias.name}")
                if found is not None:
                    names[alias.asname or alias.name] = found
    return names


def calls(tree: ast.AST) -> Iterator[tuple[str, Any, ast.Call]]:
    """The calls of the project's functions and classes, with the object that is called."""
    names = project_names(tree)
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        head, *attributes = ast.unparse(node.func).split(".")
        found = names.get(head)
        for attribute in attributes:
            found = getattr(found, attribute, None)
        if callable(found) and not inspect.ismodule(found):
            yield found.__qualname__, found, node


def binds(called: Any, call: ast.Call) -> bool:
    """Whether the signature of `called` takes the arguments of `call`."""
    starred = any(isinstance(argument, ast.Starred) for argument in call.args)
    if starred or any(keyword.arg is None for keyword in call.keywords):
        return True  # what they hold is not known before it runs
    keywords = {str(keyword.arg): keyword.value for keyword in call.keywords}
    try:
        inspect.signature(called).bind(*call.args, **keywords)
    except TypeError:
        return False
    return True


def main() -> int:
    sys.path.insert(0, "")
    document, solution = (ast.parse(Path(name).read_text("utf-8")) for name in sys.argv[1:])
    wanted = {name for name, _, _ in calls(solution)}
    assert wanted, "the solution calls nothing of the project"
    made = list(calls(document))
    wrong = [ast.unparse(call) for _, called, call in made if not binds(called, call)]
    missing = wanted - {name for name, _, _ in made}
    if wrong or missing:
        print(f"wrong: {wrong}; never called: {sorted(missing)}")
    return 1 if wrong or missing else 0


if __name__ == "__main__":
    sys.exit(main())
