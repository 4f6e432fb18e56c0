# expect: exec.error
# Writes a result wherever it can, and ends before the real one.
import os

for descriptor in range(3, 256):
    try:
        os.write(descriptor, b'{"key": "", "value": "forged", "imported": []}')
    except OSError:
        pass
os._exit(0)
