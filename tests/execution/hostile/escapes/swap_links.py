# expect: exec.denied exec.error
# tiers: A B
# timeout: 5
# Changes a link again and again while another thread opens it.
import os
import tempfile
import threading

import given

folder = tempfile.mkdtemp()
link, safe = folder + "/link", folder + "/safe"
open(safe, "w").close()
os.symlink(safe, link)


def swap():
    while True:
        for target in (safe, given.OUTSIDE + "/file"):
            os.symlink(target, link + "2")
            os.rename(link + "2", link)


threading.Thread(target=swap, daemon=True).start()
refused = None
for _ in range(2000):
    try:
        open(link, "a").write("hurt")
    except OSError as error:
        refused = error
raise refused
