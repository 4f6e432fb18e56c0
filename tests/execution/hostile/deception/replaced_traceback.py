# expect: exec.error exec.killed
# Replaces what a traceback is made with.
import linecache
import traceback

traceback.TracebackException = linecache.getline = None
1 / 0
