"""What runs under the project's own Python: the standard library only, Python 3.8 or newer.

The scripts are started by path and find their neighbours next to them; nothing else of this
package is importable there. They start for every run, so they import little: `os.path` rather
than `pathlib`, for one.
"""
