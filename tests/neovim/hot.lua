--- A CPU capture draws the hot line and its function, and the marks follow an unsaved edit.

local t = _G.harness
local hot = t.open('hot')
t.attach()
vim.cmd('PprofLens capture cpu 2')

-- The hint stands at the end of the hot line, after its text.
local row = t.wait_row(hot.text .. ' cpu ')
assert(row:find('%%'), row)
t.equal(t.marked_line('^pprof%-lens.hints$', 'cpu '), hot.line)

-- The lens stands on the function that the line is in.
t.wait_row('func truncateLine(', 'cpu ')

-- The diagnostic is there, but not written out: its numbers are in the hint.
local function hot_line_diagnostic()
  for _, it in ipairs(vim.diagnostic.get(0)) do
    if it.code == 'hot-line' and it.lnum + 1 == vim.fn.search(vim.fn.escape(hot.text, '\\/.*[]~'), 'nw') then
      return it
    end
  end
end
local diagnostic = t.wait('a diagnostic on the hot line', hot_line_diagnostic)
t.equal(diagnostic.source, 'pprof-lens')
t.equal(diagnostic.severity, vim.diagnostic.severity.HINT)

-- Two lines more above, not saved.
vim.api.nvim_buf_set_lines(0, 6, 6, false, { '// One line more.', '// And another.' })
t.wait('the hint two lines below', function()
  return t.marked_line('^pprof%-lens.hints$', 'cpu ') == hot.line + 2
end)
t.wait_row(hot.text .. ' cpu ')
t.wait_row('func truncateLine(', 'cpu ')
t.wait('the diagnostic two lines below', function()
  local it = hot_line_diagnostic()
  return it and it.lnum + 1 == hot.line + 2
end)

-- Running the lens shows who calls the function.
vim.fn.search('^func truncateLine(')
vim.lsp.codelens.run()
t.wait_row('renderMarkdown')
t.equal(vim.bo.filetype, 'pprof-lens')
vim.cmd.normal('q')
t.equal(vim.bo.filetype, 'go')
t.wait_row('func truncateLine(', 'cpu ')
