# expect: exec.ok
# stdout: 'a\u2028b\u2029c\x0bd\x0ce\x1cf\x85g'
# Prints all that some take for the end of a line.
print("a\u2028b\u2029c\x0bd\x0ce\x1cf\x85g", end="")
