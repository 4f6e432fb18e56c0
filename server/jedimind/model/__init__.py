"""Text in, text out: which model, installing it, hosting it, and talking to it."""
