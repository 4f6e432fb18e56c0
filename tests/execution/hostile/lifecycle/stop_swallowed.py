# expect: exec.cancelled
# timeout: 30
# stop: yes
# Is stopped, and goes on after each interrupt.
import given

print("begun", flush=True)
while True:
    try:
        while True:
            pass
    except BaseException:
        pass
