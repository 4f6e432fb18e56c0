# expect: exec.ok exec.error exec.killed
# Removes every module, `__main__` too.
import sys

sys.modules.clear()
sys.path.clear()
"a value"
