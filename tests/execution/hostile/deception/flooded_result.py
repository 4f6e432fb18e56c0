# expect: exec.error
# Writes more than any result has, and ends as if all were well.
import os

for descriptor in range(3, 16):
    try:
        for _ in range(20):
            os.write(descriptor, b"[" * 2**20)
    except OSError:
        pass
os._exit(0)
