# expect: exec.error exec.killed exec.memory
# tiers: A B
# timeout: 30
# Writes until the temporary folder is full.
import os
import tempfile

import given

folder = tempfile.mkdtemp()
for number in range(2**12):
    with open(os.path.join(folder, str(number)), "wb") as file:
        file.write(b"x" * 2**24)
