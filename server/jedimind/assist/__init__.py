"""What the model is for: one file an action, and the pipeline that they share."""
