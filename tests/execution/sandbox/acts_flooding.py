"""A program that is refused again and again (see `acting.py`)."""

outside = globals()["given"]["outside"]


def refused_flood():
    count = 0
    for number in range(1000):
        try:
            open(f"{outside}/{number}", "w")
        except PermissionError:
            count += 1
    return count
