# expect: exec.ok
# source: form feeds
# value: '5'
# Form feeds between its statements.
# <feed>
first = 2
# <feed>
second = 3
first + second
