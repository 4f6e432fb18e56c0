# expect: exec.memory
# Takes what is left when it is told that there is none, again and again.
import given

kept = []
size = 2**24
while size:
    try:
        kept.append(bytearray(size))
    except MemoryError:
        size //= 2
kept.append(bytearray(2**24))
