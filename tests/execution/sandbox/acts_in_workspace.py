"""What own code tries in a workspace with a repository (see `acting.py`)."""

import os

workspace = globals()["given"]["workspace"]
os.chdir(workspace)


def allowed_overwriting():
    with open("file", "w") as file:
        file.write("other")
    return "ok"


def allowed_new_file_in_a_folder():
    with open("data/new", "w") as file:
        file.write("text")
    os.chmod("data/new", 0o600)
    os.rename("data/new", "data/newer")
    os.unlink("data/newer")
    return "ok"


def allowed_new_file_at_the_top():
    open("new", "w").close()
    os.unlink("new")
    return "ok"


def allowed_new_folder_at_the_top():
    os.makedirs("results/deep")
    os.removedirs("results/deep")
    return "ok"


def allowed_code_beside_a_submodule():
    with open("source/part/code.py", "a") as file:
        file.write("text")
    return "ok"


def refused_git_config():
    open(".git/config", "a")


def refused_git_config_through_a_link():
    open("data/link", "a")


def refused_new_hook():
    open(".git/hooks/post-checkout", "w")


def refused_moving_git():
    os.rename(".git", "data/git")


def refused_mode_of_git():
    os.chmod(".git/config", 0o777)


def refused_link_out_of_git():
    try:
        os.link(".git/config", "data/config")
    except OSError as error:
        raise PermissionError(1, "in some way") from error


def refused_submodules_config():
    open("source/part/.git/config", "a")


def refused_environment():
    open(".venv/bin/python", "w")


def refused_environment_of_another_name():
    open("env/lib/module.py", "w")


def refused_editor():
    open(".vscode/tasks.json", "w")


def refused_shell():
    open(".bashrc", "a")


def refused_new_editor_folder():
    os.mkdir("data/.vscode")


def refused_new_editor_folder_by_renaming():
    os.mkdir("data/folder")
    os.rename("data/folder", "data/.vscode")


def refused_new_repository():
    os.makedirs("data/.git/hooks")


def refused_beside_the_workspace():
    open("../new", "w")


def refused_above_by_descriptor():
    folder = os.open("..", os.O_RDONLY)
    os.open("outside/file", os.O_WRONLY, dir_fd=folder)
