"""The model host: one process per user and model, shared by every editor window.

It serves OpenAI's API on the loopback interface to whoever knows its token, and owns the engine.
"""
