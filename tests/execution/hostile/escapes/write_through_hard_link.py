# expect: exec.denied exec.error
# tiers: A B
# Another name for another's file, in the temporary folder.
import os
import tempfile

import given

link = os.path.join(tempfile.mkdtemp(), "link")
os.link(given.OUTSIDE + "/file", link)
open(link, "a").write("hurt")
