# expect: exec.ok
# output: 2048
# Prints a megabyte without an end of line.
print("x" * 2**20, end="")
