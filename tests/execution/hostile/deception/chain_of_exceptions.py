# expect: exec.error
# Exceptions that are each other's cause, and a long chain of them.
first = ValueError("first")
last = first
for _ in range(3000):
    following = KeyError("following")
    following.__cause__ = last
    last = following
first.__cause__ = last
raise last
