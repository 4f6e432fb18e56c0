# expect: exec.denied
# tiers: A B
# Puts another folder in the repository's place.
import os

import given

os.rename(".git", "git")
