# expect: exec.error
# An ordinary refusal by the system, of a file that is the program's own.
import os
import tempfile

import given

path = os.path.join(tempfile.mkdtemp(), "missing", "file")
try:
    open(path, "w")
except FileNotFoundError as error:
    raise PermissionError(1, "Operation not permitted", path) from error
