# expect: exec.error exec.denied
# needs: linux
# Types a command into the terminal that the server was started from.
import fcntl
import os
import termios

import given

terminal = os.open("/dev/tty", os.O_RDWR)
for letter in b"touch /tmp/hurt\n":
    fcntl.ioctl(terminal, termios.TIOCSTI, bytes([letter]))
