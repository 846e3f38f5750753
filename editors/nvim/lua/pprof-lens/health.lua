--- `:checkhealth pprof-lens`.

local M = {}

function M.check()
  local health = vim.health
  local config = require('pprof-lens.config')
  local client = require('pprof-lens.client')

  health.start('pprof-lens')
  if vim.fn.has('nvim-0.10') == 1 then
    health.ok('Neovim ' .. tostring(vim.version()))
  else
    health.error('Neovim 0.10 or newer is needed')
  end

  local options = config.get()
  local program = vim.fn.exepath(options.cmd[1])
  if program == '' then
    health.error(('%s is no program here'):format(options.cmd[1]), {
      'Build it with `cargo install --path server`, or',
      "say where it is: vim.g.pprof_lens = { cmd = { '/path/to/pprof-lens', 'lsp' } }",
    })
  else
    local answer = vim.system({ program, '--version' }, { text = true }):wait(5000)
    local version = vim.trim(answer.stdout or '')
    if answer.code == 0 and version ~= '' then
      health.ok(('%s (%s)'):format(version, program))
    else
      health.error(program .. ' does not say its version: is it pprof-lens?')
    end
  end

  local problems = config.problems()
  for _, problem in ipairs(problems) do
    health.warn(problem)
  end
  if #problems == 0 then
    health.ok('vim.g.pprof_lens has only options that exist')
  end

  local clients = vim.lsp.get_clients({ name = client.name })
  for _, it in ipairs(clients) do
    local status = client.status[it.id]
    local root = it.config.root_dir or '?'
    health.ok(('running for %s: %s'):format(root, status and status.text or 'no status yet'))
  end
  if #clients == 0 then
    health.info('no server runs: it starts with the first Go file that lies in a module')
  end
end

return M
