--- Waiting goroutines are drawn where they wait, and the tree of goroutines jumps there.

local t = _G.harness
local stuck = t.open('stuck')
t.attach()
vim.cmd('PprofLens goroutines')

local function lines()
  return vim.api.nvim_buf_get_lines(0, 0, -1, false)
end

--- The number of the row with this text, from a row on.
local function row(text, from)
  for idx, it in ipairs(lines()) do
    if idx >= (from or 1) and it:find(text, 1, true) then
      return idx
    end
  end
end

local function press(keys)
  vim.api.nvim_feedkeys(vim.keycode(keys), 'x', false)
end

-- The tree: verdict, group, why and stack; what needs no look is folded.
local group = t.wait('the group of the stuck goroutines', function()
  return vim.bo.filetype == 'pprof-lens' and row('fetchData')
end)
assert(lines()[group]:find('▾ 3 × chan', 1, true), lines()[group])
assert(row('▾ suspect · '), vim.inspect(lines()))
assert(row('▸ idle · ') or row('▸ running · '), vim.inspect(lines()))
t.wait_row('▾ 3 × chan')
local frame = assert(row(('monitor.go:%d'):format(stuck.line), group + 1), vim.inspect(lines()))
local created = assert(row('created by ', frame), vim.inspect(lines()))
assert(lines()[created]:find((':%d'):format(t.places.go.line), 1, true), lines()[created])

-- Opened, it stands on the loudest group: one key more and the cursor is on the blocking line.
t.equal(row('▾ suspect · ') + 1, vim.api.nvim_win_get_cursor(0)[1])

-- Folding.
vim.api.nvim_win_set_cursor(0, { frame, 0 })
press('<Tab>')
t.equal(vim.api.nvim_win_get_cursor(0)[1], group)
assert(lines()[group]:find('▸ 3 × chan', 1, true), lines()[group])
press('za')
assert(lines()[group]:find('▾ 3 × chan', 1, true), lines()[group])

-- Every frame jumps, to the window that the tree was opened from.
vim.api.nvim_win_set_cursor(0, { created, 0 })
press('<CR>')
t.equal(vim.api.nvim_buf_get_name(0), t.places.go.file)
t.equal(vim.api.nvim_win_get_cursor(0)[1], t.places.go.line)
vim.cmd('PprofLens goroutines')
t.wait('the tree again', function()
  return vim.bo.filetype == 'pprof-lens' and row('fetchData')
end)
vim.api.nvim_win_set_cursor(0, { row('fetchData'), 0 })
press('<CR>')
t.equal(vim.api.nvim_buf_get_name(0), stuck.file)
t.equal(vim.api.nvim_win_get_cursor(0)[1], stuck.line)

-- The quickfix list holds the same.
local found = false
for _, it in ipairs(vim.fn.getqflist()) do
  local name = it.bufnr > 0 and vim.api.nvim_buf_get_name(it.bufnr) or ''
  found = found or (name == stuck.file and it.lnum == stuck.line)
end
assert(found, vim.inspect(vim.fn.getqflist()))

-- Both ends are marked: the blocking line, written out, and the go statement.
vim.cmd('only')
t.wait_row(stuck.text, '■')
t.wait('a diagnostic on the blocking line', function()
  return t.diagnostic('waiting-goroutine', stuck.line)
end)
t.wait('a diagnostic on the go statement', function()
  return t.diagnostic('go-statement', t.places.go.line)
end)
