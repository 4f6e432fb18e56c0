# expect: exec.timeout
# says: 1 s
# Spins.
import given

while True:
    pass
