# expect: exec.denied
# tiers: A B
# Removes another's file.
import os

import given

os.unlink(given.OUTSIDE + "/file")
