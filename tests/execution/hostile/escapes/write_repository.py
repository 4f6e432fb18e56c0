# expect: exec.denied
# tiers: A B
# Has the next commit run a command.
import given

with open(".git/hooks/pre-commit", "w") as file:
    file.write("#!/bin/sh\ntouch /tmp/hurt\n")
