# expect: exec.killed
# Is replaced by a program that ends well.
import os

import given

os.execvp("sh", ["sh", "-c", "echo done"])
