--- A C file of a Go program draws its hot line; C of no Go program is left alone.

local t = _G.harness

local hot = t.open('hot')
t.equal(vim.bo.filetype, 'c')
t.attach()
vim.cmd('PprofLens capture cpu 2')
t.wait_row(hot.text .. ' cpu ')

vim.cmd.edit(vim.fn.tempname() .. '.c')
t.equal(vim.bo.filetype, 'c')
t.equal(#vim.lsp.get_clients({ bufnr = 0 }), 0)
