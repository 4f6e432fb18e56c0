"""Code and its imports stand where Python takes them, and mean what they meant."""

import pytest

from assist.place import placed

FUTURE = "from __future__ import annotations\n"


@pytest.mark.parametrize(
    ("marked", "said", "after"),
    [
        pytest.param(
            "import os\n\n# add$0\n",
            FUTURE + "x = 1",
            FUTURE + "\nimport os\n\n# add\nx = 1\n",
            id="before the imports",
        ),
        pytest.param(
            '"""Doc."""\n\nimport os\n\n# add$0\n',
            FUTURE + "x = 1",
            '"""Doc."""\n\n' + FUTURE + "\nimport os\n\n# add\nx = 1\n",
            id="after the docstring",
        ),
        pytest.param(
            "#!/usr/bin/env python\n# Licence: none.\n\nimport os\n\n# add$0\n",
            FUTURE + "x = 1",
            "#!/usr/bin/env python\n# Licence: none.\n\n"
            + FUTURE
            + "\nimport os\n\n# add\nx = 1\n",
            id="after the comments",
        ),
        pytest.param(
            "from __future__ import generator_stop\nimport os\n\n# add$0\n",
            FUTURE + "import os, re\nx = 1",
            "from __future__ import generator_stop\n"
            + FUTURE
            + "import os\nimport re\n\n# add\nx = 1\n",
            id="beside its like, and others go beside theirs",
        ),
        pytest.param(
            "# add$0\n",
            FUTURE + "import re\nx = 1",
            FUTURE + "import re\n\n# add\nx = 1\n",
            id="before others that are new",
        ),
        pytest.param(
            "x = 1\nimport os\n# add$0\n",
            FUTURE + "y = 2",
            FUTURE + "\nx = 1\nimport os\n# add\ny = 2\n",
            id="before code that stands before the imports",
        ),
    ],
)
def test_future_imports_go_before_all_others(marked: str, said: str, after: str) -> None:
    placement = placed(marked, said)
    assert placement.after.string == after
    compile(after, "module.py", "exec", dont_inherit=True)
    first = placement.lines.start
    assert placement.after.line(first) == placement.code


@pytest.mark.parametrize(
    ("marked", "said", "after"),
    [
        pytest.param(
            "def f():\n    # the banner$0\n    x = 1\n",
            'return """Hello\nWorld"""',
            'def f():\n    # the banner\n    return """Hello\nWorld"""\n    x = 1\n',
            id="in an indented block",
        ),
        pytest.param(
            'def f():\n    """The text."""$0\n',
            'def f():\n    """The text."""\n    text = """Hello\nWorld\n"""\n    return text',
            'def f():\n    """The text."""\n    text = """Hello\nWorld\n"""\n    return text\n',
            id="in a stub",
        ),
        pytest.param(
            "def f():\n    # one$0\n",
            'def g():\n    """One.\n\n    Two.\n    """',
            'def f():\n    # one\n    def g():\n        """One.\n\n        Two.\n        """\n',
            id="docstrings go with the code",
        ),
        pytest.param(
            "def f():\n    # two letters$0\n",
            "return 'a\x0cb'",
            "def f():\n    # two letters\n    return 'a\x0cb'\n",
            id="form feeds end no line",
        ),
        pytest.param(
            "def f():\r\n    # the banner$0\r\n",
            'return """Hello\nWorld"""',
            'def f():\r\n    # the banner\r\n    return """Hello\r\nWorld"""\r\n',
            id="lines end as the document's do",
        ),
    ],
)
def test_strings_of_several_lines_keep_their_value(marked: str, said: str, after: str) -> None:
    assert placed(marked, said).after.string == after
