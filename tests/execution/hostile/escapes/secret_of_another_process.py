# expect: exec.ok
# value: '[]'
# tiers: A B
# needs: linux
# Looks through the environments of all processes.
import os

import given

found = []
for name in os.listdir("/proc"):
    if name.isdigit() and int(name) != os.getpid():
        try:
            with open(f"/proc/{name}/environ", "rb") as file:
                if b"SECRET=" + given.MARK[1:].encode() in file.read():
                    found.append(name)
        except OSError:
            pass
found
