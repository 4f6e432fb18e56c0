"""What a program tries, under the user's Python and confined (see `acting.py`).

Functions named ``refused_…`` are to fail, each in the way that `test_confinement.py` says.
``allowed_…`` return "ok".
"""

import asyncio
import ctypes
import multiprocessing
import os
import resource
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time

libc = ctypes.CDLL(None, use_errno=True)
given = globals()["given"]
workspace, outside = given["workspace"], given["outside"]


def syscall(name, *arguments):
    if name not in given["numbers"]:
        raise OSError(1, "the machine does not have it")
    passed = [a if isinstance(a, bytes) else ctypes.c_long(a) for a in arguments]
    if libc.syscall(ctypes.c_long(given["numbers"][name]), *passed) < 0:
        raise OSError(ctypes.get_errno(), name)


def refused_write_outside():
    open(outside + "/file", "a")


def refused_make_outside():
    os.mkdir(outside + "/folder")


def refused_new_file_outside():
    open(outside + "/new", "x")


def refused_remove_outside():
    os.unlink(outside + "/file")


def refused_rename_outside():
    os.rename(outside + "/file", outside + "/moved")


def refused_move_in_from_outside():
    os.rename(outside + "/file", tempfile.gettempdir() + "/file")


def refused_link_from_outside():
    os.link(outside + "/file", tempfile.gettempdir() + "/linked")


def refused_truncate_outside():
    os.truncate(outside + "/file", 0)


def refused_truncate_while_reading():
    os.open(outside + "/file", os.O_RDONLY | os.O_TRUNC)


def refused_chmod_outside():
    os.chmod(outside + "/file", 0o600)


def refused_fchmod_outside():
    os.fchmod(os.open(outside + "/file", os.O_RDONLY), 0o600)


def refused_chmod_through_link():
    link = tempfile.mkdtemp() + "/link"
    os.symlink(outside + "/file", link)
    os.chmod(link, 0o600)


def refused_hiding():
    if libc.prctl(4, 0, 0, 0, 0) != 0:  # PR_SET_DUMPABLE: the supervisor could not look
        raise OSError(ctypes.get_errno(), "prctl")


def refused_chmod_of_nothing():
    syscall("fchmodat", -100, 1, 0o600)


def refused_chmod_of_a_device():
    os.chmod("/dev/null", 0o666)


def refused_chmod_of_shared_memory():
    os.chmod("/dev/shm", 0o1777)


def refused_kept_memory():
    syscall("shmget", 0, 4096, 0o1600)


def refused_write_through_link():
    link = tempfile.mkdtemp() + "/link"
    os.symlink(outside + "/file", link)
    open(link, "a")


def refused_write_through_directory():
    directory = os.open(outside, os.O_RDONLY)
    os.open("file", os.O_WRONLY, dir_fd=directory)


def refused_utime_outside():
    os.utime(outside + "/file", (0, 0))


def refused_write_to_proc():
    open("/proc/sys/kernel/hostname", "w")


def refused_setuid_file():
    path = tempfile.mkdtemp() + "/file"
    os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o4755))


def refused_setuid_by_chmod():
    path = tempfile.mkdtemp() + "/file"
    open(path, "w").close()
    os.chmod(path, 0o4755)


def refused_chown():
    path = tempfile.mkdtemp() + "/file"
    open(path, "w").close()
    os.chown(path, os.getuid(), os.getgid())


def refused_xattr():
    path = tempfile.mkdtemp() + "/file"
    open(path, "w").close()
    os.setxattr(path, "user.name", b"value")


def refused_unix_socket():
    socket.socket(socket.AF_UNIX)


def refused_datagram_pair():
    socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)


def refused_network():
    socket.socket(socket.AF_INET)


def refused_network_by_datagrams():
    socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)


def refused_vsock():
    socket.socket(40, socket.SOCK_STREAM)


def refused_packet_socket():
    socket.socket(socket.AF_PACKET, socket.SOCK_RAW)


def refused_signal_to_supervisor():
    os.kill(given_supervisor, 0)


# The supervisor is not this process' parent: the worker is.
given_supervisor = os.getpid()


def refused_memory_of_supervisor():
    open("/proc/%d/mem" % given_supervisor, "rb")


def refused_environment_of_supervisor():
    open("/proc/%d/environ" % given_supervisor, "rb")


def refused_limits_of_supervisor():
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.prlimit(given_supervisor, resource.RLIMIT_NOFILE, limits)


def refused_affinity_of_supervisor():
    os.sched_setaffinity(given_supervisor, {0})


def refused_priority_of_supervisor():
    os.setpriority(os.PRIO_PROCESS, given_supervisor, 19)


def refused_ptrace_of_supervisor():
    syscall("ptrace", 16, given_supervisor, 0, 0)


def refused_namespace():
    syscall("unshare", 0x10000000)


def refused_namespace_by_clone():
    syscall("clone", 0x10000000 | signal.SIGCHLD, 0, 0, 0, 0)


def refused_typing_into_terminals():
    import fcntl

    fcntl.ioctl(0, 0x5412, b"x")


def refused_capabilities_by_exec():
    status = open("/proc/self/status").read()
    effective = int(status.split("CapEff:")[1].split()[0], 16)
    bounding = int(status.split("CapBnd:")[1].split()[0], 16) if os.getuid() == 0 else 0
    if effective == 0 and bounding == 0 and "NoNewPrivs:\t1" in status:
        raise PermissionError(1, "none are left")


def refused_secrets():
    for path in ["/proc/self/environ", "/proc/%d/environ" % os.getppid(), "/proc/1/environ"]:
        try:
            with open(path, "rb") as file:
                if b"correct horse" in file.read():
                    return path
        except PermissionError:
            continue
    raise PermissionError(1, "none are there")


def refused_foreign_architecture():
    import mmap

    if os.uname().machine != "x86_64":
        os.kill(os.getpid(), signal.SIGSYS)
    code = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    code.write(b"\xb8\x14\x00\x00\x00\xcd\x80\xc3")  # mov eax, 20 (getpid); int 0x80; ret
    function = ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(code)))
    return function()


def refused_large_file():
    with tempfile.NamedTemporaryFile() as file:
        for _ in range(64):
            file.write(bytes(2**20))


def allowed_reading_everything():
    open(workspace + "/file").read()
    open(outside + "/file").read()
    return "ok" if os.listdir("/usr") else "nothing there"


def allowed_temporary_files():
    with tempfile.TemporaryDirectory() as folder:
        with tempfile.NamedTemporaryFile(dir=folder) as file:
            file.write(b"text")
        path = folder + "/file"
        with open(path, "w") as file:
            file.write("text")
        shutil.copy2(path, path + "2")
        os.chmod(path, 0o640)
        os.rename(path, folder + "/other")
        os.makedirs(folder + "/a/b")
        os.symlink("other", folder + "/link")
        os.utime(folder + "/other")
        with open(folder + "/other", "r+") as file:
            file.truncate(1)
        assert os.stat(folder + "/other").st_mode & 0o777 == 0o640
    return "ok"


def allowed_devices():
    with open(os.devnull, "w") as file:
        file.write("text")
    return "ok"


def allowed_asyncio():
    async def main():
        process = await asyncio.create_subprocess_exec(
            "/bin/echo", "ok", stdout=asyncio.subprocess.PIPE
        )
        out, _ = await process.communicate()
        await asyncio.get_running_loop().run_in_executor(None, time.sleep, 0)
        return out.decode().strip()

    return asyncio.run(main())


def allowed_subprocess():
    return subprocess.run(
        [sys.executable, "-I", "-S", "-c", "print('ok')"],
        stdout=subprocess.PIPE,
        check=True,
        universal_newlines=True,
    ).stdout.strip()


def allowed_pool():
    with multiprocessing.get_context("fork").Pool(2) as pool:
        return "ok" if pool.map(abs, range(-9, 1)) == list(range(9, -1, -1)) else "wrong"


def allowed_shared_memory():
    from multiprocessing import shared_memory

    memory = shared_memory.SharedMemory(create=True, size=4096)
    memory.close()
    memory.unlink()
    return "ok"


def allowed_threads():
    said = []
    threads = [threading.Thread(target=said.append, args=(i,)) for i in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return "ok" if sorted(said) == list(range(8)) else "wrong"


def allowed_sqlite():
    with tempfile.TemporaryDirectory() as folder:
        database = sqlite3.connect(folder + "/file.db")
        database.execute("pragma journal_mode = wal")
        database.execute("create table t (a)")
        database.execute("insert into t values ('ok')")
        database.commit()
        (value,) = database.execute("select a from t").fetchone()
        database.close()
    return value


def allowed_killing_children():
    child = subprocess.Popen(["/bin/sleep", "600"])
    child.terminate()
    return "ok" if child.wait() == -signal.SIGTERM else "wrong"


def allowed_own_limits():
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft - 1, hard))
    os.nice(1)
    os.sched_setaffinity(0, os.sched_getaffinity(0))
    return "ok"


def allowed_aborting():
    child = os.fork()
    if child == 0:
        os.abort()
    status = os.waitpid(child, 0)[1]
    return "ok" if os.WTERMSIG(status) == signal.SIGABRT else "wrong"


def allowed_reopening_streams():
    reading, writing = os.pipe()
    with open("/proc/self/fd/%d" % writing, "w") as file:
        file.write("ok")
    return os.read(reading, 2).decode()


def allowed_few_descriptors():
    known = {0, 1, 2}
    there = {int(name) for name in os.listdir("/proc/self/fd")}
    # Besides: the pipe to the supervisor's loop with both ends, and the listing itself.
    return "ok" if len(there - known) <= 4 else sorted(there)
