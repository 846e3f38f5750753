--- Shows goroutines as a tree: verdict, group, stack. Whatever is in a file here is jumped to.

local list = require('pprof-lens.list')

local M = {}

local TITLE = 'goroutines'

--- Loudest first, as the server sorts them. Those that need no look are folded.
local VERDICTS = { 'proved', 'stuck', 'suspect', 'idle', 'running' }
local FOLDED = { idle = true, running = true }
local TYPES = { proved = 'E', stuck = 'W' }

---@class pprof_lens.GoroutineRow : pprof_lens.Row
---@field id string Of the verdict or the group that it belongs to: what folding folds.
---@field group? table

--- What is shown now.
local shown = {
  ---@type table
  result = {},
  ---@type table<string, boolean> By id; none: as the verdict has it.
  is_open = {},
  ---@type pprof_lens.GoroutineRow[]
  rows = {},
}

local function is_open(id, verdict)
  local open = shown.is_open[id]
  if open == nil then
    return not FOLDED[verdict]
  end
  return open
end

--- What the group is, without why: that has a line of its own.
local function headline(group)
  local text = group.text
  local reason = ': ' .. group.reason
  if vim.endswith(text, reason) then
    text = text:sub(1, -#reason - 1)
  end
  for _, it in ipairs({ 'age', 'change' }) do
    if type(group[it]) == 'string' then
      text = text .. ' · ' .. group[it]
    end
  end
  return text
end

local function frame_text(frame)
  local file = frame.file:match('[^/\\]+$') or frame.file
  -- The place first: a long name may run out of the window.
  return ('%s:%d  %s'):format(file, frame.line, frame['function'])
end

---@param rows pprof_lens.GoroutineRow[]
local function add_group(rows, group, id)
  local function add(row)
    row.id, row.group = id, group
    table.insert(rows, row)
  end
  local open = is_open(id, group.verdict)
  add({ text = (open and '  ▾ ' or '  ▸ ') .. headline(group), place = list.place_of(group) })
  if not open then
    return
  end
  add({ text = '      ' .. group.reason, highlight = 'PprofLensReason', place = list.place_of(group) })
  for _, label in ipairs(group.labels or {}) do
    add({ text = ('      %s = %s'):format(label[1], label[2]), highlight = 'PprofLensElsewhere' })
  end
  local function add_frame(prefix, frame)
    local place = list.place_of(frame)
    add({
      text = '      ' .. prefix .. frame_text(frame),
      place = place,
      highlight = not place and 'PprofLensElsewhere' or nil,
    })
  end
  for _, frame in ipairs(group.frames or {}) do
    add_frame('', frame)
  end
  if type(group.created_by) == 'table' then
    add_frame('created by ', group.created_by)
  end
end

---@return pprof_lens.GoroutineRow[]
local function rows_of(result)
  local change = type(result.change) == 'string' and ' · ' .. result.change or ''
  local rows = { { text = result.text .. change, id = '', highlight = 'PprofLensElsewhere' } }
  for _, verdict in ipairs(VERDICTS) do
    local groups = vim.tbl_filter(function(it)
      return it.verdict == verdict
    end, result.groups)
    if #groups > 0 then
      local n = 0
      for _, it in ipairs(groups) do
        n = n + it.count
      end
      local open = is_open(verdict, verdict)
      local text = '%s %s · %d goroutine%s in %d group%s'
      table.insert(rows, {
        text = text:format(
          open and '▾' or '▸',
          verdict,
          n,
          n == 1 and '' or 's',
          #groups,
          #groups == 1 and '' or 's'
        ),
        id = verdict,
        highlight = 'PprofLens' .. verdict:sub(1, 1):upper() .. verdict:sub(2),
      })
      if open then
        -- Two may have the same words.
        local seen = {} ---@type table<string, integer>
        for _, group in ipairs(groups) do
          local words = verdict .. ' ' .. group.state .. vim.json.encode(group.frames)
          seen[words] = (seen[words] or 0) + 1
          add_group(rows, group, words .. seen[words])
        end
      end
    end
  end
  return rows
end

--- Draws the tree; the cursor goes to the row of `id`, or stays.
---@param id? string
local function draw(id)
  shown.rows = rows_of(shown.result)
  local _, window = list.draw(TITLE, shown.rows)
  for idx, row in ipairs(shown.rows) do
    if id and row.id == id then
      vim.api.nvim_win_set_cursor(window, { idx, 0 })
      break
    end
  end
end

local function toggle()
  local row = list.here(shown.rows)
  if row and row.id ~= '' then
    local verdict = row.group and row.group.verdict or row.id
    shown.is_open[row.id] = not is_open(row.id, verdict)
    draw(row.id)
  end
end

local function follow()
  local row = list.here(shown.rows)
  if row and not row.place and (not row.group or row.text:find('^  [▾▸]')) then
    toggle()
  else
    list.jump(row and row.place)
  end
end

local function expect()
  local row = list.here(shown.rows)
  local argument = row and row.group and row.group.expect
  local client = require('pprof-lens.client').get()
  if type(argument) ~= 'table' or not client then
    return vim.notify('pprof-lens: only goroutines that wait where they should not can be expected')
  end
  require('pprof-lens.command').execute(client, 'expect', argument)
end

--- Shows what the command answered. The cursor is on the loudest group.
---@param result table
function M.show(result)
  if #result.groups == 0 then
    return vim.notify('pprof-lens: no goroutines to show here')
  end
  list.fill_quickfix(
    'goroutines',
    vim.tbl_map(function(group)
      local text = ('%s: %s'):format(group.verdict, group.text)
      return { place = group.place, text = text, type = TYPES[group.verdict] or 'I' }
    end, result.groups)
  )
  shown.result = result
  shown.rows = rows_of(result)
  local first = 1
  for idx, row in ipairs(shown.rows) do
    if row.group then
      first = idx
      break
    end
  end
  local keys = { ['<CR>'] = follow, ['<Tab>'] = toggle, za = toggle, x = expect }
  list.show(TITLE, shown.rows, keys, first)
end

--- The window of the tree.
---@return integer?
local function window_shown()
  for _, it in ipairs(vim.api.nvim_list_wins()) do
    local name = vim.api.nvim_buf_get_name(vim.api.nvim_win_get_buf(it))
    if name == 'pprof-lens://' .. TITLE then
      return it
    end
  end
end

--- The server has looked by itself: a tree that is open shows what it found.
---@param client vim.lsp.Client
function M.changed(client)
  if not window_shown() then
    return
  end
  require('pprof-lens.command').execute(client, 'goroutines', { last = true }, function(result)
    local window = window_shown()
    if window and type(result) == 'table' and result.groups then
      local row = shown.rows[vim.api.nvim_win_get_cursor(window)[1]]
      shown.result = result
      draw(row and row.id)
    end
  end)
end

return M
