# expect: exec.error
# says: SyntaxError
# A syntax error at a place that cannot be.
error = SyntaxError("trouble", ("program.py", 1, 1, "x"))
error.lineno, error.offset, error.end_lineno, error.end_offset = "many", -5, 10**30, object()
error.filename, error.msg, error.text = 5, ["no", "text"], 7
raise error
