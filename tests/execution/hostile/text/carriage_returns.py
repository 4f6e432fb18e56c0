# expect: exec.ok
# source: crlf
# value: "'a\\nb'"
# Lines that end as on Windows.
text = """a
b"""
if text:
    pass
text
