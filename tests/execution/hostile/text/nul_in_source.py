# expect: exec.error
# source: nul
# A source that no Python takes.
"a<nul>b"
