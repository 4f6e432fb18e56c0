# expect: exec.memory
# A quarter of a megabyte that becomes 256.
import zlib

import given

press = zlib.compressobj(1)
bomb = b"".join(press.compress(bytes(2**20)) for _ in range(256)) + press.flush()
zlib.decompress(bomb)
