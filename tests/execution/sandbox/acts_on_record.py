"""Acts that fail because of the sandbox, and acts that fail anyway (see `acting.py`)."""

import os
import socket
import sys
import tempfile

outside = globals()["given"]["outside"]


def refused_write():
    open(outside + "/file", "a")


def refused_write_again():
    open(outside + "/file", "a")


def refused_new_file():
    open(outside + "/new", "w")


def refused_network():
    socket.create_connection(("127.0.0.1", 9))


def refused_socket():
    socket.socket(socket.AF_UNIX)


def allowed_missing_folder():
    open(outside + "/missing/file", "w")


def allowed_existing_folder():
    os.mkdir(outside)


def allowed_removing_nothing():
    os.unlink(outside + "/missing")


def allowed_read_only_file():
    path = tempfile.mkdtemp() + "/file"
    os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o400))
    if os.getuid() == 0:
        # Root needs no permission.
        raise PermissionError(13, path)
    open(path, "a")


def allowed_importing_without_a_cache():
    sys.path.insert(0, os.path.dirname(outside) + "/workspace")
    return "ok"
