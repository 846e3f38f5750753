--- From an editor without any file to the blocking line: the command, and one key.

local t = _G.harness
vim.cmd.cd(vim.fs.root(t.places.stuck.file, 'go.mod'))
vim.g.pprof_lens = vim.tbl_deep_extend('force', vim.g.pprof_lens, {
  settings = { target = vim.env.PPROF_LENS_TARGET },
})
t.equal(#vim.lsp.get_clients(), 0)
vim.cmd('PprofLens goroutines')
t.wait('the tree', function()
  return vim.bo.filetype == 'pprof-lens'
end)
vim.api.nvim_feedkeys(vim.keycode('<CR>'), 'x', false)
t.equal(vim.api.nvim_buf_get_name(0), t.places.stuck.file)
t.equal(vim.api.nvim_win_get_cursor(0)[1], t.places.stuck.line)
