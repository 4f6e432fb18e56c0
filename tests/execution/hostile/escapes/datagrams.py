# expect: exec.denied
# tiers: A B
# profile: generated
# Sends by UDP, as a query for a name would.
import socket

import given

socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"hurt", given.UDP)
