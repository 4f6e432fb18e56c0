# expect: exec.output
# Prints to stderr without end, from below Python.
import os

import given

while True:
    os.write(2, b"x" * 65536)
