# expect: exec.ok
# -*- coding: latin-1 -*-
# Claims another encoding than that of the text the editor has.
assert len("é") == 1
