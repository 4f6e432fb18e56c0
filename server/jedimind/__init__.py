"""A Python language server whose local model is checked by Jedi and by running the code."""

__version__ = "0.1.0"
