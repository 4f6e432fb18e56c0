# expect: exec.denied exec.error
# tiers: A B
# needs: linux
# Becomes root in a user namespace.
import given

given.called(given.libc.unshare(0x10000000))
