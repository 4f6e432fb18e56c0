# expect: exec.denied
# tiers: A B
# profile: generated
# Code of the model's changes the project.
import given

open("given.py", "a").write("# hurt\n")
