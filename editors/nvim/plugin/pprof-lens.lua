--- Makes `:PprofLens` and the `<Plug>` maps, and starts the server for Go buffers.
--- Everything else is loaded when it is first used.

if vim.g.loaded_pprof_lens then
  return
end
vim.g.loaded_pprof_lens = true

vim.api.nvim_create_user_command('PprofLens', function(args)
  require('pprof-lens.command').run(args)
end, {
  nargs = '*',
  range = true,
  desc = 'What a running Go program is doing',
  complete = function(...)
    return require('pprof-lens.command').complete(...)
  end,
})

for name, command in pairs({
  menu = '',
  attach = 'attach',
  ['capture-cpu'] = 'capture cpu',
  ['capture-heap'] = 'capture heap',
  baseline = 'setBaseline',
  diff = 'diff',
  goroutines = 'goroutines',
  ['goroutines-here'] = '.goroutines',
  peek = 'peek',
  status = 'status',
}) do
  vim.keymap.set('n', ('<Plug>(pprof-lens-%s)'):format(name), function()
    local here = command:sub(1, 1) == '.'
    vim.cmd((here and '.PprofLens ' or 'PprofLens ') .. (here and command:sub(2) or command))
  end, { desc = 'pprof-lens: ' .. name:gsub('-', ' ') })
end

vim.api.nvim_create_autocmd('FileType', {
  group = vim.api.nvim_create_augroup('pprof-lens', {}),
  pattern = 'go',
  callback = function(event)
    require('pprof-lens.client').start(event.buf)
  end,
})
