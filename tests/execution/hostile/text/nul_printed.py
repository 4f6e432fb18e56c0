# expect: exec.ok
# value: "'a\\x00b'"
# stdout: 'a\x00b\n'
# Prints NUL, and has it in its value.
print("a\0b")
"a\0b"
