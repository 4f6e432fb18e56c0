# expect: exec.ok
# source: bidi
# value: 'False'
# Reads otherwise than it is.
role = "user"
role == "admin<override>"
