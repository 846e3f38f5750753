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
  menu = 'PprofLens',
  attach = 'PprofLens attach',
  ['capture-cpu'] = 'PprofLens capture cpu',
  ['capture-heap'] = 'PprofLens capture heap',
  baseline = 'PprofLens setBaseline',
  diff = 'PprofLens diff',
  hot = 'PprofLens hot',
  flamegraph = 'PprofLens flamegraph',
  captures = 'PprofLens captures',
  findings = 'PprofLens findings',
  goroutines = 'PprofLens goroutines',
  ['goroutines-here'] = '.PprofLens goroutines',
  peek = 'PprofLens peek',
  status = 'PprofLens status',
}) do
  vim.keymap.set('n', ('<Plug>(pprof-lens-%s)'):format(name), ('<Cmd>%s<CR>'):format(command))
end

vim.api.nvim_create_autocmd('FileType', {
  group = vim.api.nvim_create_augroup('pprof-lens', {}),
  -- See `filetypes` in pprof-lens.client, which is not loaded before it is needed.
  pattern = { 'go', 'c', 'cpp' },
  callback = function(event)
    require('pprof-lens.client').start(event.buf)
  end,
})
