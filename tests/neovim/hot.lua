--- A CPU capture draws the hot line and its function, and the marks follow an unsaved edit.

local t = _G.harness
local HINTS = '^pprof%-lens.hints$'
local FUNCTION = 'func truncateLine(line string, width int) string {'

local hot = t.open('hot')
t.attach()
vim.cmd('PprofLens capture cpu 2')

-- The hint stands at the end of the hot line: most of the time is spent there.
local row = t.wait_row(hot.text .. ' cpu ')
assert(tonumber(row:match('cpu ([%d.]+)%%')) > 50, row)
local hint = t.virtual_text(HINTS, hot.line)
assert(row:find(hint, 1, true), hint)

-- The lens stands on the function that the line is in.
t.wait_row(FUNCTION, 'cpu ')
vim.fn.search('^func truncateLine(')
local function lens()
  return t.virtual_text('^pprof%-lens.lenses$', vim.fn.line('.'))
end
assert(lens():find('cpu '), lens())

-- A line that costs much itself has a diagnostic, which is not written out: its numbers are in
-- the hint.
local loop = vim.fn.search('^\\tfor _, r := range s {', 'nw')
local diagnostic = t.wait('a diagnostic on the loop', function()
  return t.diagnostic('hot-line', loop)
end)
t.equal(diagnostic.severity, vim.diagnostic.severity.HINT)
assert(not table.concat(t.screen()):find('■', 1, true), 'a hot line is written out twice')

-- Two lines more above, not saved.
vim.api.nvim_buf_set_lines(0, 6, 6, false, { '// One line more.', '// And another.' })
t.wait('the diagnostic two lines below', function()
  return not t.diagnostic('hot-line', loop) and t.diagnostic('hot-line', loop + 2)
end)
t.wait('the hint two lines below', function()
  return t.virtual_text(HINTS, hot.line + 2) == hint
end)
t.wait_row(hot.text .. hint)
t.wait_row(FUNCTION, 'cpu ')
assert(lens():find('cpu '), lens())

-- What follows is undone step by step; a script is one step otherwise.
local function end_step()
  vim.cmd('let &undolevels = &undolevels')
end

-- The hot line itself edited: it says what it was.
end_step()
vim.api.nvim_buf_set_lines(0, hot.line + 1, hot.line + 2, false, {
  '\tfor width < displayWidth(line) {',
})
t.wait_row('for width < displayWidth(line) { cpu was ', '% before the edit')

local hints = vim.api.nvim_get_namespaces()['pprof-lens.hints']
local function hint_group()
  local at = { hot.line + 1, 0 }
  local marks = vim.api.nvim_buf_get_extmarks(0, hints, at, { at[1], -1 }, { details = true })
  return marks[1] and marks[1][4].virt_text[2][2]
end
t.equal(hint_group(), 'PprofLensEdited')

-- Deleted, its number goes to the function, and comes back with the line.
end_step()
vim.cmd(tostring(hot.line + 2) .. 'delete')
t.wait_row(FUNCTION, '% on a line no longer found')
vim.cmd('undo')
t.wait_row('for width < displayWidth(line) { cpu was ', '% before the edit')
vim.cmd('undo')
t.wait_row(hot.text .. hint)
t.equal(hint_group(), 'PprofLensHint')
vim.fn.search('^func truncateLine(')

-- Running the lens shows who calls the function.
vim.lsp.codelens.run()
t.wait_row('renderMarkdown.func1')
t.equal(vim.bo.filetype, 'pprof-lens')
vim.cmd.normal('q')
t.equal(vim.bo.filetype, 'go')
t.wait('the lens again', function()
  return lens():find('cpu ')
end)

-- What the server tells fits on a line, and waits for no key.
local client = vim.lsp.get_clients({ name = 'pprof-lens' })[1]
client.handlers['window/showMessage'](nil, { type = 3, message = 'a build' }, {})
local messages = vim.api.nvim_exec2('messages', { output = true }).output
assert(messages:find('pprof%-lens: a build$'), messages)

-- Which path of the program this file is, and by which rule.
vim.cmd('PprofLens explainSource')
t.wait_row('every file that the captures name was found')
vim.cmd('PprofLens explainSource truncateLine')
t.wait_row('conversations.truncateLine')
t.equal(vim.bo.filetype, 'pprof-lens')
vim.cmd.normal('q')

-- A capture can be cancelled: the next one need not wait for the end of its minute.
local progress = ''
vim.api.nvim_create_autocmd('LspProgress', {
  callback = function(event)
    progress = event.data.params.value.message or progress
  end,
})
vim.cmd('PprofLens capture cpu 60')
t.wait('progress', function()
  return progress:find('of 60 s', 1, true)
end)
vim.cmd('PprofLens cancel')
assert(vim.fn.execute('messages'):find('pprof-lens: cancelled', 1, true))
vim.cmd('PprofLens capture heap')
t.wait('the next capture', function()
  return vim.fn.execute('messages'):find('pprof-lens: heap: ', 1, true)
end)

-- How long a file that is opened stays without marks.
vim.cmd('bwipeout!')
local start = vim.uv.hrtime()
vim.cmd.edit(hot.file)
local text_at = vim.uv.hrtime()
local hints_id = vim.api.nvim_get_namespaces()['pprof-lens.hints']
t.wait('the first marks', function()
  return vim.wait(5000, function()
    return #vim.api.nvim_buf_get_extmarks(0, hints_id, 0, -1, {}) > 0
  end, 1)
end)
local said = 'measured: Neovim: first marks %.0f ms after the text, %.0f ms after the command\n'
local now = vim.uv.hrtime()
io.stdout:write('\n', said:format((now - text_at) / 1e6, (now - start) / 1e6))
