--- Shows a flame graph as a tree of text, and as a picture.

local list = require('pprof-lens.list')

local M = {}

local TITLE = 'flamegraph'

--- Boxes from this share of their root on are open at first.
local OPEN_SHARE = 0.05

---@class pprof_lens.FlameRow : pprof_lens.Row
---@field box? integer Index into the boxes, 1-based.

local shown = {
  ---@type table
  result = {},
  ---@type table<integer, integer[]> By box: the boxes that it called.
  children = {},
  ---@type table<integer, boolean>
  is_open = {},
  ---@type pprof_lens.FlameRow[]
  rows = {},
}

local function name_of(box)
  local it = shown.result.functions[box['function'] + 1]
  return it and it.short or 'all'
end

local function highlight_of(box)
  local change = type(box.change) == 'number' and box.change or 0
  if change ~= 0 then
    return change > 0 and 'PprofLensGrown' or 'PprofLensShrunk'
  end
  return not list.place_of(box) and 'PprofLensElsewhere' or nil
end

--- The rows of what is open, callers first. Without recursion: stacks may be very deep.
local function rows_of()
  local result = shown.result
  local rows = { { text = result.text, highlight = 'PprofLensElsewhere' } }
  local open = { { 1, 0 } }
  while #open > 0 do
    local idx, depth = unpack(table.remove(open))
    local box = result.boxes[idx]
    local children = shown.children[idx]
    local mark = #children == 0 and ' ' or shown.is_open[idx] and '▾' or '▸'
    table.insert(rows, {
      text = ('%-26s %s%s %s'):format(box.text, ('  '):rep(depth), mark, name_of(box)),
      place = list.place_of(box),
      highlight = highlight_of(box),
      box = idx,
    })
    if shown.is_open[idx] then
      for nth = #children, 1, -1 do
        table.insert(open, { children[nth], depth + 1 })
      end
    end
  end
  if result.nLeftOut > 0 then
    local text = '%d calls are too small to show'
    table.insert(rows, { text = text:format(result.nLeftOut), highlight = 'PprofLensElsewhere' })
  end
  return rows
end

local function toggle()
  local row = list.here(shown.rows)
  if row and row.box then
    shown.is_open[row.box] = not shown.is_open[row.box]
    shown.rows = rows_of()
    list.draw(TITLE, shown.rows)
  end
end

local function follow()
  local row = list.here(shown.rows)
  if row and row.place then
    list.jump(row.place)
  else
    toggle()
  end
end

--- Writes the picture into a file of its own and opens it as the system opens pictures.
---@param svg string
local function open_svg(svg)
  local path = vim.fn.tempname() .. '.svg'
  vim.fn.writefile(vim.split(svg, '\n'), path)
  if vim.ui.open then
    local _, problem = vim.ui.open(path)
    if problem then
      return vim.notify(('pprof-lens: %s; the picture is %s'):format(problem, path))
    end
  end
  vim.notify('pprof-lens: the picture is ' .. path)
end

local function picture()
  local argument = vim.tbl_extend('force', shown.argument or {}, { svg = true })
  require('pprof-lens.command').ask('flamegraph', argument)
end

---@param result table
---@param argument? table What was asked.
function M.show(result, argument)
  if argument and argument.svg then
    return open_svg(result.svg)
  end
  shown.result, shown.argument = result, argument
  shown.children, shown.is_open = {}, {}
  local whole = math.max(1, math.abs(result.boxes[1].value))
  for idx, box in ipairs(result.boxes) do
    shown.children[idx] = {}
    shown.is_open[idx] = math.abs(box.value) >= OPEN_SHARE * whole
    if box.parent >= 0 then
      table.insert(shown.children[box.parent + 1], idx)
    end
  end
  shown.rows = rows_of()
  list.show(TITLE, shown.rows, {
    ['<CR>'] = follow,
    ['<Tab>'] = toggle,
    za = toggle,
    s = picture,
  }, 2)
end

return M
