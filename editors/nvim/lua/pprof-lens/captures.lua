--- Shows the saved captures: each can be named, pinned, drawn, and compared with another.

local list = require('pprof-lens.list')

local M = {}

---@class pprof_lens.CaptureRow : pprof_lens.Row
---@field id string

---@type pprof_lens.CaptureRow[]
local rows = {}
--- The capture that the next one is compared with.
local marked ---@type string?

---@param name string
---@param argument? table
---@param on_result? fun(result: any)
local function ask(name, argument, on_result)
  require('pprof-lens.command').ask(name, argument, on_result)
end

--- Does something with the capture of the cursor, then lists them anew.
local function change(name, argument)
  ask(name, argument, function(result)
    vim.notify('pprof-lens: ' .. result.text)
    ask('captures')
  end)
end

---@param action fun(row: pprof_lens.CaptureRow)
local function with_row(action)
  return function()
    local row = list.here(rows)
    if row then
      action(row)
    end
  end
end

local function compare(row)
  if not marked or marked == row.id then
    marked = row.id
    return vim.notify('pprof-lens: press = on the capture to compare this one with')
  end
  -- Ids sort by time: the older one is the base.
  local ids = { marked, row.id }
  table.sort(ids)
  marked = nil
  ask('diff', { base = ids[1], current = ids[2] })
end

local function rename(row)
  vim.ui.input({ prompt = 'Name of the capture (empty: none): ' }, function(name)
    if name then
      change('nameCapture', { id = row.id, name = name })
    end
  end)
end

---@param result table
function M.show(result)
  if #result.captures == 0 then
    return vim.notify('pprof-lens: ' .. result.text)
  end
  rows = vim.tbl_map(function(it)
    return { text = it.text, id = it.id }
  end, result.captures)
  for _, problem in ipairs(result.skipped) do
    vim.notify('pprof-lens: ' .. problem, vim.log.levels.WARN)
  end
  list.show('captures', rows, {
    ['<CR>'] = with_row(function(row)
      ask('hot', { capture = row.id })
    end),
    f = with_row(function(row)
      ask('flamegraph', { capture = row.id })
    end),
    p = with_row(function(row)
      change('pinCapture', { id = row.id })
    end),
    r = with_row(rename),
    ['='] = with_row(compare),
  }, vim.bo.filetype == 'pprof-lens' and vim.api.nvim_win_get_cursor(0)[1] or 1)
end

return M
