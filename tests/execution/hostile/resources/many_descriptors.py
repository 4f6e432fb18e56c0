# expect: exec.error
# Opens files until there are no numbers left, and so none to report with.
import os

import given

kept = []
while True:
    kept.append(os.open(os.devnull, os.O_RDONLY))
