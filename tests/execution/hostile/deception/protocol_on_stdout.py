# expect: exec.ok
# stdout: 'Content-Length: 2\r\n\r\n{}'
# Speaks the language server's protocol.
import sys

sys.stdout.write("Content-Length: 2\r\n\r\n{}")
None
