--- Shows what a command answered: text in a window, goroutines as a tree.

local M = {}

--- Request cancelled, by the client and by the server.
local CANCELLED = { [-32800] = true, [-32802] = true }

---@param err lsp.ResponseError
function M.error(err)
  if CANCELLED[err.code] then
    vim.notify('pprof-lens: cancelled')
  else
    vim.notify('pprof-lens: ' .. err.message, vim.log.levels.ERROR)
  end
end

--- Says in the command line how far something long has come; the last word clears it.
---@param value lsp.WorkDoneProgressBegin|lsp.WorkDoneProgressReport|lsp.WorkDoneProgressEnd
---@param title string? Of the begin message: the later ones do not repeat it.
function M.progress(value, title)
  if vim.fn.mode():find('^[ct]') then
    return
  end
  local text = ''
  if value.kind ~= 'end' then
    local percent = value.kind == 'report' and value.percentage and ('%d %%'):format(value.percentage)
    local parts = vim.tbl_filter(function(it)
      return it and it ~= ''
    end, { 'pprof-lens:', title or '', value.message or '', percent or '' })
    text = table.concat(parts, ' '):gsub('%s+', ' ')
  end
  local width = math.max(vim.v.echospace, 1)
  vim.api.nvim_echo({ { vim.fn.strcharpart(text, 0, width) } }, false, {})
end

--- Shows lines in a window below, which `q` closes. The next lines take the same window, with a
--- buffer of their own: keys that one kind of lines has are not those of another.
---@param title string
---@param lines string[]
---@return integer bufnr
---@return integer window
function M.lines(title, lines)
  local bufnr, window
  for _, it in ipairs(vim.api.nvim_list_wins()) do
    local shown = vim.api.nvim_win_get_buf(it)
    if vim.bo[shown].filetype == 'pprof-lens' then
      bufnr, window = shown, it
    end
  end
  local name = 'pprof-lens://' .. title
  if not bufnr or vim.api.nvim_buf_get_name(bufnr) ~= name then
    bufnr = vim.api.nvim_create_buf(false, true)
    if not window then
      vim.cmd(require('pprof-lens.config').get().window)
      window = vim.api.nvim_get_current_win()
    end
    vim.api.nvim_win_set_buf(window, bufnr)
    vim.bo[bufnr].bufhidden = 'wipe'
    vim.bo[bufnr].filetype = 'pprof-lens'
    vim.wo[window].wrap = false
    vim.wo[window].number = false
    vim.wo[window].relativenumber = false
    vim.wo[window].signcolumn = 'no'
    vim.keymap.set('n', 'q', '<Cmd>close<CR>', { buffer = bufnr, nowait = true })
    vim.api.nvim_buf_set_name(bufnr, name)
  end
  vim.bo[bufnr].modifiable = true
  vim.api.nvim_buf_set_lines(bufnr, 0, -1, false, lines)
  vim.bo[bufnr].modifiable = false
  vim.bo[bufnr].modified = false
  vim.api.nvim_win_set_height(window, math.min(#lines, math.floor(vim.o.lines / 2)))
  vim.wo[window].winfixheight = true
  return bufnr, window
end

--- Shows text in that window, from its first line on.
---@param title string
---@param text string
function M.text(title, text)
  local _, window = M.lines(title, vim.split(vim.trim(text), '\n'))
  vim.api.nvim_win_set_cursor(window, { 1, 0 })
end

--- Offers the targets that serve pprof; attaches at once when there is just one.
---@param targets table[]
---@param on_pick fun(target: string)
function M.pick_target(targets, on_pick)
  local served = vim.tbl_filter(function(it)
    return type(it.url) == 'string'
  end, targets or {})
  if #served == 0 then
    return M.result('targets', targets)
  elseif #served == 1 then
    return on_pick(served[1].url)
  end
  vim.ui.select(served, {
    prompt = 'Attach to',
    format_item = function(it)
      return ('%s (pid %s) %s'):format(it.name, it.pid, it.url)
    end,
  }, function(it)
    if it then
      on_pick(it.url)
    end
  end)
end

---@param targets table[]
---@return string
local function target_table(targets)
  if #targets == 0 then
    return 'No running Go program was found.'
  end
  local lines = vim.tbl_map(function(it)
    local url = type(it.url) == 'string' and it.url or '-'
    local note = type(it.note) == 'string' and it.note or ''
    return ('%-8s %-20s %-40s %s'):format(it.pid, it.name, url, note)
  end, targets)
  return table.concat(lines, '\n')
end

local SEVERITIES = { error = 'E', warning = 'W', information = 'I', hint = 'N' }

--- What is worth a look, in the quickfix list: loudest first.
local function show_findings(result)
  if #result.findings == 0 then
    return vim.notify('pprof-lens: ' .. result.text)
  end
  local items = vim.tbl_map(function(it)
    return { place = it.place, text = it.title, type = SEVERITIES[it.severity] }
  end, result.findings)
  require('pprof-lens.list').fill_quickfix('findings', items)
  vim.cmd('botright copen')
end

--- Shows the answer of a command: lists as lists, a line in the command line, more in a window.
---@param name string
---@param result any
---@param argument? table What was asked.
function M.result(name, result, argument)
  if type(result) ~= 'table' then
    return
  elseif name == 'targets' and vim.islist(result) then
    M.text(name, target_table(result))
  elseif result.groups then
    require('pprof-lens.goroutines').show(result)
  elseif name == 'flamegraph' then
    require('pprof-lens.flame').show(result, argument)
  elseif name == 'hot' then
    require('pprof-lens.hot').show(result)
  elseif name == 'captures' then
    require('pprof-lens.captures').show(result)
  elseif name == 'findings' then
    show_findings(result)
  elseif type(result.text) ~= 'string' then
    return
  elseif result.text:find('\n') then
    M.text(name, result.text)
  else
    vim.notify('pprof-lens: ' .. result.text)
  end
end

return M
