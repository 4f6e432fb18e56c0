# expect: exec.error
# source: separators
# message: 'line 6'
# Characters that some take for the end of a line, before the line that fails.
text = "a<separator>b<separator>c"
raise ValueError("line 6")
