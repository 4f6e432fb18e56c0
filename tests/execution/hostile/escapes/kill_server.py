# expect: exec.denied exec.error
# tiers: A B
# Ends the language server: asks whether it could, as a signal that arrived would end the tests.
import os

import given

os.kill(given.SERVER, 0)
os.kill(given.SERVER, 18)
