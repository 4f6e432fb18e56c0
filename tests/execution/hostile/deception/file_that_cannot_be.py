# expect: exec.error
# Its frames are in files whose names no file can have.
exec(compile("def inner(): 1 / 0", "a\0b\ud800", "exec"))
inner()
