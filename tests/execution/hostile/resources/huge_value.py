# expect: exec.ok exec.memory
# The text of its value is long.
import given

"x" * (20 * 2**20)
