# expect: exec.ok
# needs: linux
# value: "['pipe']"
# Nothing is open but the standard streams and the channel of the result.
import os

kinds = []
for number in range(3, 1024):
    try:
        kinds.append(os.readlink(f"/proc/self/fd/{number}").partition(":")[0])
    except OSError:
        pass
kinds
