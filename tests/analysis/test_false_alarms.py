"""Code that works has no names that do not exist: the standard library, a seeded sample of it."""

from __future__ import annotations

import ast
import random
import sysconfig
from pathlib import Path

from jedimind.analysis.place import SourcePlace
from jedimind.analysis.unresolved import UnresolvedQuestion
from jedimind.analysis.worker.verify import verify
from jedimind.text import Position

MODULES = ["argparse.py", "json/decoder.py", "shutil.py", "statistics.py", "tarfile.py"]
FUNCTIONS_EACH = 12
MOST_FALSE_ALARMS = 0.005


def test_false_alarms_are_rare(tmp_path: Path) -> None:
    library = Path(sysconfig.get_path("stdlib"))
    choose = random.Random(2)
    references = 0
    alarms = []
    for name in MODULES:
        path = library / name
        source = path.read_text("utf-8")
        functions = [
            node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef)
        ]
        place = SourcePlace(path, source, Position(0, 0), folder=tmp_path)
        for function in choose.sample(functions, min(FUNCTIONS_EACH, len(functions))):
            assert function.end_lineno is not None
            references += sum(map(_is_reference, ast.walk(function)))
            question = UnresolvedQuestion(place, function.lineno - 1, function.end_lineno)
            alarms += [f"{name}: {found.sentence}" for found in verify(question)]
    assert references > 500
    assert len(alarms) / references < MOST_FALSE_ALARMS, alarms


def _is_reference(node: ast.AST) -> bool:
    if isinstance(node, (ast.Name, ast.Attribute)):
        return isinstance(node.ctx, ast.Load)
    return isinstance(node, (ast.alias, ast.keyword))
