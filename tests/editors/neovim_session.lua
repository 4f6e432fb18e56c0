-- What a user does in Neovim, key by key; what they see is written to $SEEN as JSON.
-- The file that is open has a comment on its first line and a call on its last.

local PATIENCE = 60000 -- milliseconds; for hangs on a loaded machine
local seen = { questions = {}, offered = {}, progress = {} }
local wanted -- the action to choose from the next menu

vim.ui.select = function(items, options, on_choice)
  local labels = vim.tbl_map(options.format_item or tostring, items)
  local question = options.kind == "lsp_message"
  if question then
    table.insert(seen.questions, { text = options.prompt, answers = labels })
  else
    vim.list_extend(seen.offered, labels)
  end
  for number, label in ipairs(labels) do
    if vim.startswith(label, question and "Trust" or wanted) then
      return on_choice(items[number], number)
    end
  end
  error(("no %q among: %s"):format(wanted, table.concat(labels, ", ")))
end

vim.api.nvim_create_autocmd("LspProgress", {
  callback = function(event)
    local value = event.data.params.value
    table.insert(seen.progress, value.title .. ": " .. (value.message or ""))
  end,
})

local function press(keys)
  vim.api.nvim_feedkeys(vim.keycode(keys), "mx", false)
end

local function wait(what, condition)
  assert(vim.wait(PATIENCE, condition, 20), "waited in vain for " .. what)
end

local function choose(action)
  wanted = action
  press("gra")
end

local function text(buffer)
  return table.concat(vim.api.nvim_buf_get_lines(buffer or 0, 0, -1, false), "\n")
end

local function diagnostic(code)
  return vim.iter(vim.diagnostic.get(0)):find(function(found)
    return found.code == code
  end)
end

local function window_with(part)
  return vim.iter(vim.api.nvim_list_wins()):find(function(window)
    return text(vim.api.nvim_win_get_buf(window)):find(part, 1, true) ~= nil
  end)
end

local function session()
  local client
  wait("the server", function()
    client = vim.lsp.get_clients({ name = "jedimind", bufnr = 0 })[1]
    return client ~= nil and client.initialized
  end)
  seen.root = client.root_dir

  press("gg")
  choose("Generate from comment")
  wait("the verdict", function()
    return diagnostic("generate.checked")
  end)
  seen.generated = text()
  seen.verdict = diagnostic("generate.checked").message
  press("u")
  seen.undone = text()
  press("<C-R>")

  press("ggVG")
  choose("Run selection")
  wait("the value", function()
    return diagnostic("exec.ok")
  end)
  local value = diagnostic("exec.ok")
  seen.value = { message = value.message, line = value.lnum }
  press("<Esc>GK")
  wait("the hover", function()
    return window_with("Output:")
  end)
  seen.hover = text(vim.api.nvim_win_get_buf(window_with("Output:")))

  local window = vim.api.nvim_get_current_win()
  vim.fn.search("return")
  choose("Explain")
  wait("the explanation and the end of all work", function()
    return window_with("# module.py") and next(client.progress.pending) == nil
  end)
  local shown = window_with("# module.py")
  seen.explanation = {
    text = text(vim.api.nvim_win_get_buf(shown)),
    cursor_stays = vim.api.nvim_get_current_win() == window,
    is_above = vim.fn.win_screenpos(shown)[1] < vim.fn.win_screenpos(window)[1],
  }

  if vim.fn.exists(":JedimindCancel") == 2 then
    vim.api.nvim_buf_set_lines(0, -1, -1, false, { "__import__('time').sleep(3600)" })
    press("G")
    choose("Run statement")
    wait("progress", function()
      return next(client.progress.pending) ~= nil
    end)
    vim.cmd.JedimindCancel()
    wait("the end of the run", function()
      return next(client.progress.pending) == nil
    end)
    seen.how_it_ended = seen.progress[#seen.progress]
  end
end

local ok, problem = xpcall(session, debug.traceback)
seen.problem = not ok and problem or nil
seen.messages = vim.fn.execute("messages")
vim.fn.writefile({ vim.json.encode(seen) }, vim.env.SEEN)
