# expect: exec.denied
# tiers: A B
# needs: linux
# Connects to a socket without a path.
import socket

import given

socket.socket(socket.AF_UNIX).connect(given.ABSTRACT)
