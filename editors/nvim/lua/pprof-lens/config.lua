--- Turns `vim.g.pprof_lens` (all of it optional) into the options that the plugin works with.

local M = {}

--- What a user may write into `vim.g.pprof_lens`.
---@class pprof_lens.UserOptions
---@field cmd? string[] The server: program and arguments.
---@field settings? table<string, any> Settings of the server, see |pprof-lens-settings|.
---@field trusted? boolean Whether programs built from the open folder are attached by themselves.
---@field inlay_hints? boolean Switch on inlay hints in Go buffers.
---@field code_lens? boolean Switch on code lenses in Go buffers.
---@field signs? boolean Show the heat of lines in the sign column.
---@field window? string The command that opens a window for results.

--- The same with nothing left out.
---@class pprof_lens.Options
---@field cmd string[]
---@field settings table<string, any>
---@field trusted boolean
---@field inlay_hints boolean
---@field code_lens boolean
---@field signs boolean
---@field window string

---@type pprof_lens.Options
M.defaults = {
  cmd = { 'pprof-lens', 'lsp' },
  settings = {},
  trusted = true,
  inlay_hints = true,
  code_lens = true,
  signs = true,
  window = 'botright split',
}

--- Read anew each time, so that a change holds from the next use on.
---@return pprof_lens.Options
function M.get()
  return vim.tbl_deep_extend('force', M.defaults, vim.g.pprof_lens or {})
end

--- What is wrong with the user's options, one sentence each.
---@return string[]
function M.problems()
  local problems = {}
  for key, value in pairs(vim.g.pprof_lens or {}) do
    local default = M.defaults[key]
    if default == nil then
      table.insert(problems, ('vim.g.pprof_lens.%s: there is no such option'):format(key))
    elseif type(value) ~= type(default) then
      local text = 'vim.g.pprof_lens.%s: expected a %s, got a %s'
      table.insert(problems, text:format(key, type(default), type(value)))
    end
  end
  local known = require('pprof-lens.generated').settings
  local settings = (vim.g.pprof_lens or {}).settings
  for key in pairs(type(settings) == 'table' and settings or {}) do
    if not vim.tbl_contains(known, key) then
      local text = 'vim.g.pprof_lens.settings.%s: there is no such setting'
      table.insert(problems, text:format(key))
    end
  end
  table.sort(problems)
  return problems
end

return M
