#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
#
# in_terminal.py WIDTH COMMAND ARG...: runs a command in a terminal of that width, and prints what
# it prints there; the exit status is the command's.
import fcntl
import os
import pty
import struct
import sys
import termios

pid, terminal = pty.fork()
if not pid:
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack('HHHH', 24, int(sys.argv[1]), 0, 0))
    os.execvp(sys.argv[2], sys.argv[2:])
output = b''
while True:
    try:
        piece = os.read(terminal, 65536)
    except OSError: # the command has ended
        break
    if not piece:
        break
    output += piece
sys.stdout.buffer.write(output.replace(b'\r\n', b'\n'))
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
