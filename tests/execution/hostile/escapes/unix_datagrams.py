# expect: exec.denied exec.error
# tiers: A B
# needs: linux
# A pair of sockets, which may be made, of which one end sends to an address.
import socket

import given

pair = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
pair[0].sendto(b"hurt", given.ABSTRACT)
