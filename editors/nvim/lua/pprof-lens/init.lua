--- What other configuration may call: nothing has to be set up.

local M = {}

--- For a statusline: what the server says of itself, for example `sidecar · cpu 3 s ago`.
--- Empty where no server runs.
---@param bufnr? integer
---@return string
function M.status(bufnr)
  local client = require('pprof-lens.client')
  local it = vim.lsp.get_clients({ name = client.name, bufnr = bufnr or 0 })[1]
  local status = it and client.status[it.id]
  return status and status.text or ''
end

--- Only stores its argument: `vim.g.pprof_lens = {..}` does the same.
---@param options? pprof_lens.UserOptions
function M.setup(options)
  vim.g.pprof_lens = vim.tbl_extend('force', vim.g.pprof_lens or {}, options or {})
end

return M
