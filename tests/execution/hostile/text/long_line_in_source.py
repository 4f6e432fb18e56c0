# expect: exec.error
# Fails on a line of a megabyte.
exec("x = '" + "y" * 2**20 + "'; 1 / 0")
