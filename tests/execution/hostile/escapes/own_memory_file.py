# expect: exec.denied exec.error exec.ok
# value C: "'changed'"
# needs: linux
# Changes read-only memory by way of the file that shows it: its own, so that is no harm.
import ctypes
import os

import given

text = ctypes.create_string_buffer(b"before_")
with open("/proc/self/mem", "r+b", buffering=0) as file:
    file.seek(ctypes.addressof(text))
    file.write(b"changed")
text.value.decode()
