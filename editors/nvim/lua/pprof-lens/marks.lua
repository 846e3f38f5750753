--- Asks the server for the hints and lenses of a buffer, and draws them.
---
--- Hints are drawn here and not by `vim.lsp.inlay_hint`: with two clients in one buffer (gopls is
--- nearly always the other) that one draws a client's old hints on the lines of the new text, and
--- after a refresh it may draw nothing (neovim issue 36318, open in 0.12). It also has one switch
--- for all clients. Lenses are drawn by `vim.lsp.codelens` since 0.12; before, it asks only when
--- told to, forgets a request that comes while another is under way, and draws nearly in black.

require('pprof-lens.highlights')

local M = {}

local hint_marks = vim.api.nvim_create_namespace('pprof-lens.hints')
local lens_marks = vim.api.nvim_create_namespace('pprof-lens.lenses')
-- The groups of the signs, by the heat that the server names.
local SIGNS = { hot = 'PprofLensHot', warm = 'PprofLensWarm' }
local has_0_11 = vim.fn.has('nvim-0.11') == 1
local has_0_12 = vim.fn.has('nvim-0.12') == 1

--- Calls a method of a client: since 0.11 these take the client itself.
---@param client vim.lsp.Client
---@param method string
function M.call(client, method, ...)
  if has_0_11 then
    return client[method](client, ...)
  end
  return client[method](...)
end

--- Sends a request about a buffer; an answer about an older text is dropped, because its lines
--- are wrong by now and the next answer is on its way.
local function ask(client, bufnr, method, params, on_answer)
  local versions = vim.lsp.util.buf_versions
  local version = versions[bufnr]
  params.textDocument = vim.lsp.util.make_text_document_params(bufnr)
  M.call(client, 'request', method, params, function(err, result, ctx)
    if vim.api.nvim_buf_is_loaded(bufnr) and version == versions[bufnr] then
      on_answer(err, result, ctx)
    end
  end, bufnr)
end

---@param hint lsp.InlayHint
---@return [string, string?][]
local function chunks(hint)
  local label = hint.label
  if type(label) ~= 'string' then
    label = table.concat(vim.tbl_map(function(part)
      return part.value
    end, label))
  end
  local is_edited = type(hint.data) == 'table' and hint.data.edited == true
  local group = is_edited and 'PprofLensEdited' or 'PprofLensHint'
  return { { hint.paddingLeft and ' ' or '' }, { label, group } }
end

---@param bufnr integer
---@param hints lsp.InlayHint[]?
local function draw_hints(bufnr, hints)
  vim.api.nvim_buf_clear_namespace(bufnr, hint_marks, 0, -1)
  local n_lines = vim.api.nvim_buf_line_count(bufnr)
  local signs = require('pprof-lens.config').get().signs
  for _, hint in ipairs(hints or {}) do
    local lnum = hint.position.line
    if lnum < n_lines then
      -- The server puts every hint at the end of its line.
      local col = #vim.api.nvim_buf_get_lines(bufnr, lnum, lnum + 1, false)[1]
      local sign = signs and SIGNS[(hint.data or {}).heat]
      vim.api.nvim_buf_set_extmark(bufnr, hint_marks, lnum, col, {
        virt_text = chunks(hint),
        virt_text_pos = 'inline',
        sign_text = sign and '▎',
        sign_hl_group = sign,
        -- What is wrong with a line is said louder than what it costs.
        priority = 5,
      })
    end
  end
end

---@param client vim.lsp.Client
---@param bufnr integer
function M.refresh_hints(client, bufnr)
  if not require('pprof-lens.config').get().inlay_hints then
    return
  end
  local n_lines = vim.api.nvim_buf_line_count(bufnr)
  local range = {
    start = { line = 0, character = 0 },
    ['end'] = { line = n_lines, character = 0 },
  }
  ask(client, bufnr, 'textDocument/inlayHint', { range = range }, function(err, hints)
    if not err then
      draw_hints(bufnr, hints)
    end
  end)
end

---@param bufnr integer
---@param lenses lsp.CodeLens[]
local function draw_lenses(bufnr, lenses)
  vim.api.nvim_buf_clear_namespace(bufnr, lens_marks, 0, -1)
  local by_line = {} ---@type table<integer, string[]>
  for _, lens in ipairs(lenses) do
    local lnum = lens.range.start.line
    by_line[lnum] = by_line[lnum] or {}
    table.insert(by_line[lnum], lens.command.title)
  end
  for lnum, titles in pairs(by_line) do
    if lnum < vim.api.nvim_buf_line_count(bufnr) then
      vim.api.nvim_buf_set_extmark(bufnr, lens_marks, lnum, 0, {
        virt_text = { { table.concat(titles, ' | '), 'PprofLensLens' } },
      })
    end
  end
end

--- Up to 0.11 lenses are drawn here, at line ends, and run by `vim.lsp.codelens.run()`.
---@param client vim.lsp.Client
---@param bufnr integer
function M.refresh_lenses(client, bufnr)
  if has_0_12 or not require('pprof-lens.config').get().code_lens then
    return
  end
  ask(client, bufnr, 'textDocument/codeLens', {}, function(err, lenses)
    if not err then
      vim.lsp.codelens.save(lenses or {}, bufnr, client.id)
      draw_lenses(bufnr, lenses or {})
    end
  end)
end

--- Keeps Neovim's own code away from what is drawn here.
---@param client vim.lsp.Client
function M.take_over(client)
  client.server_capabilities.inlayHintProvider = nil
  if not has_0_12 then
    client.server_capabilities.codeLensProvider = nil
  end
end

--- Handlers of the server's requests to ask again.
M.handlers = {}

---@param refresh fun(client: vim.lsp.Client, bufnr: integer)
local function refresh_all(refresh)
  return function(_, _, ctx)
    local client = vim.lsp.get_client_by_id(ctx.client_id)
    for bufnr in pairs(client and client.attached_buffers or {}) do
      refresh(client, bufnr)
    end
    return vim.NIL
  end
end

M.handlers['workspace/inlayHint/refresh'] = refresh_all(M.refresh_hints)
if not has_0_12 then
  M.handlers['workspace/codeLens/refresh'] = refresh_all(M.refresh_lenses)
end

--- Draws a buffer's marks from now on, anew after each change of the text.
---@param client vim.lsp.Client
---@param bufnr integer
function M.attach(client, bufnr)
  if has_0_12 and require('pprof-lens.config').get().code_lens then
    vim.lsp.codelens.enable(true, { bufnr = bufnr })
  end
  local group = vim.api.nvim_create_augroup('pprof-lens.buffer.' .. bufnr, {})
  vim.api.nvim_create_autocmd('LspNotify', {
    group = group,
    buffer = bufnr,
    callback = function(event)
      local method = event.data.method
      if event.data.client_id == client.id and method == 'textDocument/didChange' then
        M.refresh_hints(client, bufnr)
        M.refresh_lenses(client, bufnr)
      end
    end,
  })
  vim.api.nvim_create_autocmd('LspDetach', {
    group = group,
    buffer = bufnr,
    callback = function(event)
      if event.data.client_id == client.id then
        vim.api.nvim_buf_clear_namespace(bufnr, hint_marks, 0, -1)
        vim.api.nvim_buf_clear_namespace(bufnr, lens_marks, 0, -1)
        vim.api.nvim_del_augroup_by_id(group)
      end
    end,
  })
  M.refresh_hints(client, bufnr)
  M.refresh_lenses(client, bufnr)
end

return M
