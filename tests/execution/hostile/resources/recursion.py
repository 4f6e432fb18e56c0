# expect: exec.error
# Recurses without end.
import given


def down():
    return down()


down()
