# expect: exec.ok
# stdout: '\ufffd\ufffda\ufffd'
# Prints bytes that are no text, and ends within a character.
import os

os.write(1, b"\xff\xfea\xe2\x82")
None
