# expect: exec.denied
# tiers: A B
# Has the user's next shell run a command.
import os

import given

with open(os.path.join(given.OUTSIDE, "home", ".bashrc"), "a") as file:
    file.write("touch /tmp/hurt\n")
