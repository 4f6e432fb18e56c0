# expect: exec.ok
# stdout: '\x1b]0;title\x07\x1b[2J\x1b]52;c;aHVydA==\x07\n'
# Sets the title of a terminal, clears it and fills its clipboard.
print("\x1b]0;title\x07\x1b[2J\x1b]52;c;aHVydA==\x07")
