# expect: exec.denied
# tiers: A B
# Connects to a socket by its path, as those of docker, ssh-agent and D-Bus are.
import socket

import given

socket.socket(socket.AF_UNIX).connect(given.UNIX)
