# expect: exec.memory
# Asks for a gigabyte at once.
import given

block = bytearray(2**30)
