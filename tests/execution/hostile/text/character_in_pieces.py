# expect: exec.ok
# stdout: '\u20ac'
# Prints a character byte by byte.
import os
import time

for byte in "\u20ac".encode():
    os.write(1, bytes([byte]))
    time.sleep(0.02)
None
