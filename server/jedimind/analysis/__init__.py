"""What exists: Jedi, in processes of its own, tells a prompt what code can use and what it made up.

`process.AnalysisProcess` is the way in; `place`, `context`, `unresolved` and `compilation` hold the
questions and answers that travel. Only the package `worker` imports jedi and parso, and only the
child process imports `worker`.
"""
