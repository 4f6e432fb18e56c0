# expect: exec.memory
# Many small objects, each kept.
import given

kept = []
while True:
    kept.append([])
