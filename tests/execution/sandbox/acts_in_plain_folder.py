"""What own code tries in a workspace where nothing is protected (see `acting.py`)."""

import os

os.chdir(globals()["given"]["workspace"])


def allowed_new_file():
    with open("new", "w") as file:
        file.write("text")
    os.rename("new", "newer")
    return "ok"


def allowed_folder():
    os.makedirs("results/deep")
    open("results/deep/file", "w").close()
    return "ok"


def refused_new_repository():
    os.mkdir(".git")


def refused_outside():
    open("../outside/file", "w")
