# expect: exec.ok
# source: bom
# value: '5'
# Begins with a mark of the byte order.
2 + 3
