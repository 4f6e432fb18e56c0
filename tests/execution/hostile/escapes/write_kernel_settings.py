# expect: exec.denied exec.error
# tiers: A B
# needs: linux
# Renames the machine.
open("/proc/sys/kernel/core_pattern", "r+")
