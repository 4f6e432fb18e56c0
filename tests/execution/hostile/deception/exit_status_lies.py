# expect: exec.error
# Ends with a status whose low bits are those of success.
raise SystemExit(256)
