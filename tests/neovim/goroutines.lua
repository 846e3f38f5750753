--- Waiting goroutines are drawn where they wait, and the quickfix list jumps there.

local t = _G.harness
local stuck = t.open('stuck')
t.attach()
vim.cmd('PprofLens goroutines')

local function entry()
  for idx, it in ipairs(vim.fn.getqflist()) do
    local name = it.bufnr > 0 and vim.api.nvim_buf_get_name(it.bufnr) or ''
    if name == stuck.file and it.lnum == stuck.line then
      return { idx = idx, text = it.text }
    end
  end
end
local waiting = t.wait('an entry for the stuck goroutines', entry)
assert(waiting.text:find('3', 1, true), waiting.text)
t.equal(vim.bo.buftype, 'quickfix')

-- Jump from another file.
vim.cmd.wincmd('p')
t.open('hot')
vim.cmd('cc ' .. waiting.idx)
t.equal(vim.api.nvim_buf_get_name(0), stuck.file)
t.equal(vim.api.nvim_win_get_cursor(0)[1], stuck.line)

-- Both ends are marked: the blocking line, written out, and the go statement.
vim.cmd.cclose()
t.wait_row(stuck.text, '■')
t.wait('a diagnostic on the blocking line', function()
  return t.diagnostic('waiting-goroutine', stuck.line)
end)
t.wait('a diagnostic on the go statement', function()
  return t.diagnostic('go-statement', t.places.go.line)
end)
