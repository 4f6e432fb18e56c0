# expect: exec.error
# stdout: ''
# Prints what cannot be encoded.
print("\ud800")
