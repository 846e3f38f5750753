--- The smallest configuration that a user could have, with the server under test.

local repository = vim.fs.dirname(vim.fs.dirname(vim.fs.dirname(vim.fn.expand('<sfile>:p'))))
vim.opt.runtimepath:append(repository .. '/editors/nvim')
vim.diagnostic.config({ virtual_text = true })

vim.g.pprof_lens = {
  cmd = { vim.env.PPROF_LENS_BIN, 'lsp' },
  -- Other tests run programs that were built from the same module.
  settings = { attachAutomatically = false },
}
vim.o.statusline = "%f%=%{v:lua.require'pprof-lens'.status()}"
if #vim.api.nvim_list_uis() == 0 then
  vim.o.columns = 160
  vim.o.lines = 50
end
