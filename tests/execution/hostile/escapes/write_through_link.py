# expect: exec.denied exec.error
# tiers: A B
# A link in the temporary folder to another's file. It is refused, but the record has no such links.
import os
import tempfile

import given

link = os.path.join(tempfile.mkdtemp(), "link")
os.symlink(given.OUTSIDE + "/file", link)
open(link, "a").write("hurt")
