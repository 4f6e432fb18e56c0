# expect: exec.denied exec.error
# tiers: A B
# needs: linux
# profile: generated
# Makes packets by itself.
import socket

import given

socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
