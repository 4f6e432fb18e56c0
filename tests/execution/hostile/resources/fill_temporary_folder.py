# expect: exec.error exec.killed exec.memory
# tiers: A
# timeout: 30
# Writes until the temporary folder is full. Tier B limits the size of each file only.
import os
import tempfile

import given

folder = tempfile.mkdtemp()
for number in range(2**12):
    with open(os.path.join(folder, str(number)), "wb") as file:
        file.write(b"x" * 2**24)
