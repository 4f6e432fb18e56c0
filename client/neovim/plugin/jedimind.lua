-- Neovim shows the progress of language servers but has no key to cancel what is under way.
vim.api.nvim_create_user_command("JedimindCancel", function()
  for _, client in ipairs(vim.lsp.get_clients({ name = "jedimind" })) do
    for token in pairs(client.progress.pending) do
      client:notify("window/workDoneProgress/cancel", { token = token })
    end
  end
end, { desc = "Cancel what jedimind is generating, explaining or running" })
