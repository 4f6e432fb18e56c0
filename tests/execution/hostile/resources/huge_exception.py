# expect: exec.error exec.memory
# The text of its exception is long.
import given

raise ValueError("x" * (20 * 2**20))
