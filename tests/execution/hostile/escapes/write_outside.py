# expect: exec.denied
# tiers: A B
# Changes another's file.
import given

open(given.OUTSIDE + "/file", "a").write("hurt")
