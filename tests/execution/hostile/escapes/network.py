# expect: exec.denied
# tiers: A B
# profile: generated
# Connects by TCP.
import socket

import given

socket.create_connection(given.TCP)
