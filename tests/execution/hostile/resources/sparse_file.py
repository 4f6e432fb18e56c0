# expect: exec.memory
# expect A B: exec.memory exec.error exec.killed
# A file of a tebibyte that takes no room on the disk, read at once.
import tempfile

import given

with tempfile.TemporaryFile() as file:
    file.truncate(2**40)
    file.seek(0)
    file.read()
