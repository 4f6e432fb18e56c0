# expect: exec.denied
# tiers: A B
# Opens a directory first, and a file by its name there.
import os

import given

directory = os.open(given.OUTSIDE, os.O_RDONLY)
os.open("file", os.O_WRONLY | os.O_TRUNC, dir_fd=directory)
