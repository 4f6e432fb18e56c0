# expect: exec.ok
# stdout: 'one\rtwo\r\nthree\n'
# Draws a bar of progress.
print("one\rtwo\r\nthree")
