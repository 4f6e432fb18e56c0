"""The analysis worker: the only code that imports jedi and parso, run as a process of its own.

``python -m jedimind.analysis.worker`` answers the questions of `jedimind.analysis.wire` on
stdin and stdout, one after the other, and exits when stdin closes.

It executes nothing of a project: see `environment`.
"""
