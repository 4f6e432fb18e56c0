# expect: exec.ok
# source: cr
# value: '3'
# Lines that end as on old Macintoshes.
first = 1
second = 2
first + second
