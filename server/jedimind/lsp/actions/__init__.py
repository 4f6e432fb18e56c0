"""What code actions offer, one file a subject. `lsp/features/code_action.py` puts them together."""
