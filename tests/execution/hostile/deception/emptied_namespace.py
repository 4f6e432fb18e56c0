# expect: exec.ok
# Empties its own namespace before its value is made there.
globals().clear()
print
