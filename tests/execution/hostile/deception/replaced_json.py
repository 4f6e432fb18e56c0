# expect: exec.error exec.killed
# Replaces what the result is written with.
import json
import os

json.dumps = os.write = lambda *_: "forged"
json.JSONEncoder.encode = json.dumps
1 / 0
