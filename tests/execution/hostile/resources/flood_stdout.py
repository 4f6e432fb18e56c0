# expect: exec.output
# Prints without end.
import given

while True:
    print("x" * 1000)
