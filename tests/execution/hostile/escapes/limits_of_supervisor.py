# expect: exec.denied exec.error
# tiers: A B
# needs: linux
# Takes the descriptors away from the process that watches over it.
import os
import resource

import given

resource.prlimit(os.getppid(), resource.RLIMIT_NOFILE, (0, 0))
