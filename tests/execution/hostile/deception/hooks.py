# expect: exec.error
# Replaces all that Python calls at an exception and at the end.
import sys
import threading

sys.excepthook = sys.unraisablehook = threading.excepthook = lambda *_: sys.exit(0)
sys.displayhook = None
threading._shutdown = None
1 / 0
