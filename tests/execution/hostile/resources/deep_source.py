# expect: exec.error exec.memory exec.killed
# Source that is nested too deeply to be compiled.
import given

compile("(" * 100_000 + ")" * 100_000, "deep", "eval")
