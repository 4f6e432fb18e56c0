"""Runs Python in a process of its own and says what happened."""
