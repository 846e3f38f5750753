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
t.wait('growth since the baseline', function()
  vim.cmd('messages clear')
  run('capture heap')
  vim.cmd('PprofLens diff heap')
  return vim.wait(1000, function()
    vim.cmd('redraw!')
    for _, row in ipairs(t.screen()) do
      if row:find('appendHistory') and row:find('MB') then
        return true
      end
    end
  end, 50)
end)
t.equal(vim.bo.filetype, 'pprof-lens')
vim.cmd.normal('q')
t.wait_row(growing.text, 'heap')
t.wait('a diagnostic about growth', function()
  for _, it in ipairs(vim.diagnostic.get(0)) do
    if it.code == 'growth' and it.lnum + 1 == growing.line then
      return it
    end
  end
end)
