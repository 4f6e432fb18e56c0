# expect: exec.ok
# Leaves another program that takes no signal it can refuse.
import subprocess

import given

command = "trap '' INT TERM HUP QUIT; while :; do sleep 1; done; : " + given.MARK
subprocess.Popen(["sh", "-c", command], start_new_session=True)
"left"
