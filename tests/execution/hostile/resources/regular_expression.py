# expect: exec.timeout
# Matches in exponential time.
import re

import given

re.match("(a+)+$", "a" * 60 + "b")
