--- Shows what a command answered: a table in a window, goroutines in the quickfix list.

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

--- Shows text in a window below, which `q` closes. The next text of the same title replaces it.
---@param title string
---@param text string
function M.text(title, text)
  local name = 'pprof-lens://' .. title
  local bufnr = vim.fn.bufnr('^' .. vim.fn.escape(name, '[]*?') .. '$')
  if bufnr == -1 then
    bufnr = vim.api.nvim_create_buf(false, true)
    vim.api.nvim_buf_set_name(bufnr, name)
    vim.bo[bufnr].bufhidden = 'wipe'
    vim.bo[bufnr].filetype = 'pprof-lens'
    vim.keymap.set('n', 'q', '<Cmd>close<CR>', { buffer = bufnr, nowait = true })
  end
  local lines = vim.split(vim.trim(text), '\n')
  vim.bo[bufnr].modifiable = true
  vim.api.nvim_buf_set_lines(bufnr, 0, -1, false, lines)
  vim.bo[bufnr].modifiable = false
  if vim.fn.bufwinid(bufnr) == -1 then
    vim.cmd(require('pprof-lens.config').get().window)
    vim.api.nvim_win_set_buf(0, bufnr)
    vim.wo.wrap = false
    vim.wo.number = false
    vim.wo.signcolumn = 'no'
    vim.wo.winfixheight = true
  end
  local window = vim.fn.bufwinid(bufnr)
  vim.api.nvim_win_set_height(window, math.min(#lines, math.floor(vim.o.lines / 2)))
end

local TYPES = { proved = 'E', stuck = 'E', suspect = 'W' }

--- Lists groups of goroutines in the quickfix list: `:cc` jumps to where they wait.
---@param result table
function M.goroutines(result)
  local items = {}
  for _, group in ipairs(result.groups or {}) do
    local place = group.place
    table.insert(items, {
      filename = place and vim.uri_to_fname(place.uri) or nil,
      lnum = place and place.line + 1 or nil,
      text = ('%s: %s'):format(group.verdict, group.text):gsub('%s+', ' '),
      type = TYPES[group.verdict] or 'I',
    })
  end
  vim.fn.setqflist({}, ' ', { title = 'pprof-lens: goroutines', items = items })
  if #items == 0 then
    vim.notify('pprof-lens: no goroutines to show here')
  else
    vim.cmd('botright copen ' .. math.min(#items, math.floor(vim.o.lines / 3)))
  end
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
  local lines = vim.tbl_map(function(it)
    local url = type(it.url) == 'string' and it.url or '-'
    local note = type(it.note) == 'string' and it.note or ''
    return ('%-8s %-20s %-40s %s'):format(it.pid, it.name, url, note)
  end, targets)
  return table.concat(lines, '\n')
end

--- Shows the answer of a command; most say nothing that the marks do not show.
---@param name string
---@param result any
function M.result(name, result)
  if result == nil or result == vim.NIL then
    return
  elseif type(result) == 'string' then
    M.text(name, result)
  elseif name == 'goroutines' then
    M.goroutines(result)
  elseif name == 'targets' then
    if #result == 0 then
      vim.notify('pprof-lens: no running Go program was found')
    else
      M.text(name, target_table(result))
    end
  elseif type(result.text) == 'string' then
    M.text(name, result.text)
  end
end

return M
