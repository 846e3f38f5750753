--- The command completes, explains itself, and says what to do when it cannot run.

local t = _G.harness

local function complete(line)
  return vim.fn.getcompletion(line, 'cmdline')
end
t.equal(complete('PprofLens set'), { 'setBaseline' })
t.equal(complete('PprofLens capture go'), { 'goroutine', 'goroutineleak' })
t.equal(complete('PprofLens capture cpu 1'), { '10' })
t.equal(complete('PprofLens flamegraph s'), { 'svg' })
t.equal(complete('PprofLens flamegraph heap b'), { 'baseline' })
t.equal(complete('PprofLens status '), {})

local function fails(command)
  local ok, message = pcall(vim.cmd, command)
  assert(not ok, command .. ' did not fail')
  return message
end
assert(fails('PprofLens nonsense'):find('there is no subcommand "nonsense"', 1, true))
assert(fails('PprofLens status'):find('open a Go file', 1, true))

-- Every <Plug> map runs a subcommand that exists.
for _, map in ipairs(vim.api.nvim_get_keymap('n')) do
  local name = map.lhs:match('^<Plug>%(pprof%-lens%-(.*)%)$')
  local subcommand = name and map.rhs:match('PprofLens (%w+)')
  if subcommand then
    assert(vim.tbl_contains(complete('PprofLens ' .. subcommand), subcommand), map.rhs)
  end
end

-- Wrong options are named, and the health check finds the server.
vim.g.pprof_lens = vim.tbl_extend('force', vim.g.pprof_lens, { comand = {}, settings = { x = 1 } })
t.equal(require('pprof-lens.config').problems(), {
  'vim.g.pprof_lens.comand: there is no such option',
  'vim.g.pprof_lens.settings.x: there is no such setting',
})
vim.cmd('checkhealth pprof-lens')
t.wait('a report', function()
  local report = table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), '\n')
  return report:find('there is no such option', 1, true) and report:find('OK pprof-lens ', 1, true)
end)
