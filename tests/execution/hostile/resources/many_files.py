# expect: exec.ok
# value: '3000'
# Leaves many files in the temporary folder.
import os
import tempfile

import given

folder = tempfile.mkdtemp()
for number in range(3000):
    open(os.path.join(folder, str(number)), "w").close()
len(os.listdir(folder))
