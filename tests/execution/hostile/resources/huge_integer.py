# expect: exec.timeout
# A multiplication in C that sees no interrupt.
import given

3 ** (10**8) * 7 ** (10**8) * 5 ** (10**8)
None
