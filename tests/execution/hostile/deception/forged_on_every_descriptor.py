# expect: exec.error
# says: descriptor
# Writes a result wherever it can.
import os

for descriptor in range(3, 256):
    try:
        os.write(descriptor, b'{"value": "forged"}\n')
    except OSError:
        pass
"true"
