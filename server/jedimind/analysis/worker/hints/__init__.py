"""Where hints belong, by the syntax tree, and what Jedi knows to say there."""
