--- A window of rows that lead to the code: what trees and tables are shown in.

require('pprof-lens.highlights')

local M = {}

local namespace = vim.api.nvim_create_namespace('pprof-lens.list')

---@class pprof_lens.Place
---@field uri string
---@field line integer 0-based.

---@class pprof_lens.Row
---@field text string
---@field highlight? string Group of the whole row.
---@field place? pprof_lens.Place

--- The window that the rows were asked for from: there the code is shown.
local origin = 0

--- A name may hold anything: it stays on its line, and within reason.
---@param text any
---@return string
function M.clean(text)
  return vim.fn.strcharpart((tostring(text):gsub('%c', ' ')), 0, 400)
end

--- The place of something that the server named; none where the code is not here.
---@param it { place?: any }
---@return pprof_lens.Place?
function M.place_of(it)
  return type(it.place) == 'table' and it.place or nil
end

--- Draws rows in the window of results; the cursor stays where it is.
---@param title string
---@param rows pprof_lens.Row[]
---@return integer bufnr
---@return integer window
function M.draw(title, rows)
  local lines = vim.tbl_map(function(it)
    return M.clean(it.text)
  end, rows)
  local bufnr, window = require('pprof-lens.show').lines(title, lines)
  vim.api.nvim_buf_clear_namespace(bufnr, namespace, 0, -1)
  for idx, row in ipairs(rows) do
    if row.highlight then
      vim.api.nvim_buf_set_extmark(bufnr, namespace, idx - 1, 0, {
        end_col = #lines[idx],
        hl_group = row.highlight,
      })
    end
  end
  return bufnr, window
end

--- Shows rows to somebody who asked: with keys, and the cursor on a row.
---@param title string
---@param rows pprof_lens.Row[]
---@param keys table<string, function>
---@param first integer
function M.show(title, rows, keys, first)
  if vim.bo.filetype ~= 'pprof-lens' then
    origin = vim.api.nvim_get_current_win()
  end
  local bufnr, window = M.draw(title, rows)
  for lhs, rhs in pairs(keys) do
    vim.keymap.set('n', lhs, rhs, { buffer = bufnr, nowait = true })
  end
  vim.api.nvim_set_current_win(window)
  vim.api.nvim_win_set_cursor(window, { math.max(1, math.min(first, #rows)), 0 })
end

--- The row of the cursor.
---@generic T
---@param rows T[]
---@return T?
function M.here(rows)
  return rows[vim.api.nvim_win_get_cursor(0)[1]]
end

--- Shows a place in the window that the rows were asked for from.
---@param place pprof_lens.Place?
function M.jump(place)
  if not place then
    return vim.notify('pprof-lens: this code is not in the workspace')
  end
  if not vim.api.nvim_win_is_valid(origin) or origin == vim.api.nvim_get_current_win() then
    vim.cmd('aboveleft split')
    origin = vim.api.nvim_get_current_win()
    vim.wo[origin].winfixheight = false
  end
  vim.api.nvim_set_current_win(origin)
  local at = { line = place.line, character = 0 }
  local location = { uri = place.uri, range = { start = at, ['end'] = at } }
  vim.lsp.util.show_document(location, 'utf-16', { focus = true })
end

--- Fills the quickfix list: for `:cnext` and what else knows it.
---@param title string
---@param items { place?: any, text: string, type?: string }[]
function M.fill_quickfix(title, items)
  local entries = vim.tbl_map(function(it)
    local place = M.place_of(it)
    return {
      filename = place and vim.uri_to_fname(place.uri) or nil,
      lnum = place and place.line + 1 or nil,
      text = M.clean(it.text),
      type = it.type,
    }
  end, items)
  vim.fn.setqflist({}, ' ', { title = 'pprof-lens: ' .. title, items = entries })
end

return M
