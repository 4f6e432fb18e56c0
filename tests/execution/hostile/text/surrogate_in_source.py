# expect: exec.error
# source: surrogate
# A source that cannot be encoded.
"a<surrogate>b"
