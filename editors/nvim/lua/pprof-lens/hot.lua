--- Shows the functions with the largest share, as a table and in the quickfix list.

local list = require('pprof-lens.list')

local M = {}

---@class pprof_lens.HotRow : pprof_lens.Row
---@field function? string Full name.

---@type pprof_lens.HotRow[]
local rows = {}
--- What is listed: who calls its functions is asked of the same capture.
local of = {} ---@type { kind?: string, capture?: string }

local function neighbours()
  local row = list.here(rows)
  if row and row['function'] then
    local argument = vim.tbl_extend('error', of, { ['function'] = row['function'] })
    require('pprof-lens.command').ask('peek', argument)
  end
end

---@param result table
function M.show(result)
  if #result.rows == 0 then
    return vim.notify('pprof-lens: ' .. result.text:gsub('\n', ': '))
  end
  local capture = type(result.capture) == 'string' and result.capture or nil
  of = { kind = result.kind, capture = capture }
  rows = {
    { text = result.title, highlight = 'PprofLensElsewhere' },
    { text = '      flat   flat%       cum    cum%  function', highlight = 'PprofLensElsewhere' },
  }
  for _, it in ipairs(result.rows) do
    local text = '%10s %7s %9s %7s  %s'
    table.insert(rows, {
      text = text:format(it.flatText, it.flatShare, it.cumText, it.cumShare, it.short),
      place = list.place_of(it),
      ['function'] = it['function'],
      highlight = not list.place_of(it) and 'PprofLensElsewhere' or nil,
    })
  end
  if result.nLeftOut > 0 then
    table.insert(rows, { text = ('… and %d more'):format(result.nLeftOut) })
  end
  list.fill_quickfix(
    'hot functions',
    vim.tbl_map(function(it)
      local text = '%s %s flat, %s cum'
      return { place = it.place, text = text:format(it.short, it.flatShare, it.cumShare) }
    end, result.rows)
  )
  list.show('hot', rows, {
    ['<CR>'] = function()
      local row = list.here(rows)
      if row and row['function'] then
        list.jump(row.place)
      end
    end,
    K = neighbours,
    ['<Tab>'] = neighbours,
  }, 3)
end

return M
