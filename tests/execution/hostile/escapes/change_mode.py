# expect: exec.denied exec.error
# tiers: A B
# Opens another's file to everyone.
import os

import given

os.chmod(given.OUTSIDE + "/file", 0o777)
