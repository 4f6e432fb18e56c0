# expect: exec.denied exec.error
# tiers: A B
# needs: linux
# Mounts the outside over the workspace.
import given

outside, workspace = given.OUTSIDE.encode(), given.WORKSPACE.encode()
given.called(given.libc.mount(outside, workspace, None, 4096, None))
