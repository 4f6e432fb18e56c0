"""The only floor that knows the Language Server Protocol."""
