--- Two heap captures with a baseline between them show what grew, in a table and on the line.

local t = _G.harness
local growing = t.open('growing')
t.attach()

--- Runs a command and waits for its answer: `:PprofLens` itself does not wait.
local function run(command)
  local before = vim.fn.execute('messages')
  vim.cmd('PprofLens ' .. command)
  t.wait('an answer to ' .. command, function()
    return vim.fn.execute('messages') ~= before
  end)
end

run('capture heap')
run('setBaseline heap')
local diagnostic = t.wait('growth on the growing line', function()
  vim.cmd('messages clear')
  run('capture heap')
  vim.wait(500, function()
    return t.diagnostic('growth', growing.line)
  end, 50)
  return t.diagnostic('growth', growing.line)
end)
t.equal(diagnostic.severity, vim.diagnostic.severity.WARN)

-- The warning is written out beside the line, after the hint.
t.wait_row(growing.text .. ' heap ', '■', 'since the baseline')

vim.cmd('PprofLens diff heap')
t.wait('a table', function()
  return vim.bo.filetype == 'pprof-lens'
end)
t.wait_row('appendHistory', '+', 'MB')
vim.cmd.normal('q')
t.equal(vim.bo.filetype, 'go')
