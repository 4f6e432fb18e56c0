-- Found by `vim.lsp.enable("jedimind")` once this directory's parent is on 'runtimepath'.
-- Change any of it with `vim.lsp.config("jedimind", { ... })` in your own configuration.
---@type vim.lsp.Config
return {
  cmd = { "jedimind", "serve" },
  filetypes = { "python" },
  root_markers = { "pyproject.toml", "setup.py", "setup.cfg", "requirements.txt", ".git" },
  -- Settings, as the README's table names them:
  -- init_options = { execution = { timeout = 10 }, explain = { language = "Deutsch" } },
}
