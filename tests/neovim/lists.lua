--- Flame graph, hot functions, findings and captures lead to the code; what is hidden stays hidden.

local t = _G.harness
local hot = t.open('hot')
t.attach()
vim.cmd('PprofLens capture cpu 2')
t.wait_row(hot.text .. ' cpu ')

local function press(keys)
  vim.api.nvim_feedkeys(vim.keycode(keys), 'x', false)
end

--- Waits for a list, puts the cursor on its first row with a text, and returns that row.
local function row_of(title, text)
  return t.wait(('%s in %s'):format(text, title), function()
    if vim.api.nvim_buf_get_name(0) ~= 'pprof-lens://' .. title then
      return
    end
    for idx, line in ipairs(vim.api.nvim_buf_get_lines(0, 0, -1, false)) do
      if line:find(text, 1, true) then
        vim.api.nvim_win_set_cursor(0, { idx, 0 })
        return line
      end
    end
  end)
end

--- Heat stands in the sign column.
local marks = vim.api.nvim_get_namespaces()['pprof-lens.hints']
local at = { hot.line - 1, 0 }
local mark = vim.api.nvim_buf_get_extmarks(0, marks, at, { at[1], -1 }, { details = true })[1]
t.equal(mark[4].sign_hl_group, 'PprofLensHot')

-- From a box to its hottest line.
vim.cmd('PprofLens flamegraph cpu')
local row = row_of('flamegraph', 'conversations.truncateLine')
assert(row:find('%d+%.%d+%%'), row)
local n_rows = vim.api.nvim_buf_line_count(0)
press('<Tab>')
assert(vim.api.nvim_buf_line_count(0) < n_rows, 'nothing was folded')
press('za')
t.equal(vim.api.nvim_buf_line_count(0), n_rows)
press('<CR>')
t.equal(vim.api.nvim_buf_get_name(0), hot.file)
t.equal(vim.api.nvim_win_get_cursor(0)[1], hot.line)

-- The picture is handed to whatever opens pictures.
local opened
vim.ui.open = function(path)
  opened = path
end
vim.cmd('PprofLens flamegraph cpu svg')
t.wait('the picture', function()
  return opened
end)
local svg = table.concat(vim.fn.readfile(opened), '\n')
assert(svg:find('conversations.truncateLine', 1, true), svg:sub(1, 300))

vim.cmd('PprofLens hot cpu')
row_of('hot', 'conversations.truncateLine')
assert(#vim.fn.getqflist() > 3, 'no quickfix list')
press('K')
t.wait_row('Callees')
t.wait_row('conversations.displayWidth')
vim.cmd('PprofLens hot cpu')
row_of('hot', 'conversations.truncateLine')
press('<CR>')
t.equal(vim.api.nvim_buf_get_name(0), hot.file)

vim.cmd('PprofLens findings')
t.wait('the findings', function()
  return vim.bo.buftype == 'quickfix'
end)
local first = vim.fn.getqflist()[1]
assert(first.text:find('is spent here', 1, true), vim.inspect(first))
t.equal(vim.api.nvim_buf_get_name(first.bufnr), hot.file)
vim.cmd('cclose')

-- Captures are named and drawn.
vim.ui.input = function(_, on_name)
  on_name('before')
end
vim.cmd('PprofLens captures')
row_of('captures', ' cpu of ')
press('r')
row_of('captures', '"before"')
press('f')
row_of('flamegraph', 'conversations.truncateLine')
vim.cmd.normal('q')

-- A line that is hidden has no mark, nor has it after a restart.
vim.api.nvim_win_set_cursor(0, { hot.line, 0 })
t.wait('the action', function()
  vim.lsp.buf.code_action({
    apply = true,
    filter = function(action)
      return action.title == 'Hide: no marks for conversations.truncateLine'
    end,
  })
  return t.virtual_text('^pprof%-lens.hints$', hot.line) == ''
end)

-- A server that is killed comes back, and what is hidden stays hidden.
local client = vim.lsp.get_clients({ name = 'pprof-lens' })[1]
local pid = tonumber(vim.trim(vim.fn.system({ 'pgrep', '-P', tostring(vim.fn.getpid()), 'pprof-lens' })))
vim.uv.kill(assert(pid), 'sigkill')
local again = t.wait('another server', function()
  local it = vim.lsp.get_clients({ name = 'pprof-lens', bufnr = 0 })[1]
  return it and it.id ~= client.id and it.initialized and it
end)
assert(again.id ~= client.id)
t.attach()
local loop = vim.fn.search('^\\tfor _, r := range s {', 'nw')
vim.cmd('PprofLens capture cpu 1')
t.wait('the hints of other functions', function()
  return t.virtual_text('^pprof%-lens.hints$', loop):find('cpu ')
end)
t.equal(t.virtual_text('^pprof%-lens.hints$', hot.line), '')
