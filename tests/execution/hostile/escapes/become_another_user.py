# expect: exec.denied exec.error
# tiers: A B
# Makes a program that runs as its owner.
import os
import shutil
import tempfile

import given

path = os.path.join(tempfile.mkdtemp(), "program")
shutil.copy("/bin/sh", path)
os.chmod(path, 0o4755)
