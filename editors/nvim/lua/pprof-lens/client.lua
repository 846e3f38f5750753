--- Starts the server for a Go buffer and draws what it sends; the drawing is Neovim's own.

local M = {}

M.name = 'pprof-lens'

--- What the server last said of itself, by client id.
---@type table<integer, { text: string, state: string, target?: string }>
M.status = {}

local has_0_11 = vim.fn.has('nvim-0.11') == 1
local has_0_12 = vim.fn.has('nvim-0.12') == 1

--- Calls a method of a client: since 0.11 these take the client itself.
---@param client vim.lsp.Client
---@param method string
function M.call(client, method, ...)
  if has_0_11 then
    return client[method](client, ...)
  end
  return client[method](...)
end

--- The server of this buffer, or any that runs.
---@param bufnr? integer
---@return vim.lsp.Client?
function M.get(bufnr)
  return vim.lsp.get_clients({ name = M.name, bufnr = bufnr or 0 })[1]
    or vim.lsp.get_clients({ name = M.name })[1]
end

--- The folder to serve; none for code of Go itself and of the module cache, which is reached by
--- jumping there and belongs to the server that one came from.
---@param path string
---@return string?
local function root_of(path)
  if path:find('/pkg/mod/', 1, true) then
    return nil
  end
  local root = vim.fs.root(path, 'go.work') or vim.fs.root(path, 'go.mod')
  if root and vim.uv.fs_stat(root .. '/runtime/runtime2.go') then
    return nil
  end
  return root or vim.fs.root(path, '.git')
end

--- Asks for the lenses of a buffer. Up to 0.11 nobody does it by itself; there the core's own
--- `refresh()` is not used, because it drops a request that comes while another is under way.
---@param client vim.lsp.Client
---@param bufnr integer
local function refresh_lenses(client, bufnr)
  if has_0_12 or not require('pprof-lens.config').get().code_lens then
    return
  end
  local params = { textDocument = vim.lsp.util.make_text_document_params(bufnr) }
  local version = vim.lsp.util.buf_versions[bufnr]
  M.call(client, 'request', 'textDocument/codeLens', params, function(err, lenses, ctx)
    -- An answer about an older text would be drawn on wrong lines; the next one is on its way.
    if vim.api.nvim_buf_is_loaded(bufnr) and version == vim.lsp.util.buf_versions[bufnr] then
      vim.lsp.codelens.on_codelens(err, lenses, ctx)
    end
  end, bufnr)
end

--- Asks for the lenses of all buffers of a server.
---@param client vim.lsp.Client
function M.refresh(client)
  for _, bufnr in ipairs(vim.lsp.get_buffers_by_client_id(client.id)) do
    refresh_lenses(client, bufnr)
  end
end

---@param client vim.lsp.Client
---@param bufnr integer
local function on_attach(client, bufnr)
  local options = require('pprof-lens.config').get()
  if options.inlay_hints then
    vim.lsp.inlay_hint.enable(true, { bufnr = bufnr })
  end
  if options.code_lens and has_0_12 then
    vim.lsp.codelens.enable(true, { bufnr = bufnr })
  elseif options.code_lens then
    local group = vim.api.nvim_create_augroup('pprof-lens.buffer.' .. bufnr, {})
    vim.api.nvim_create_autocmd({ 'BufEnter', 'InsertLeave', 'TextChanged' }, {
      group = group,
      buffer = bufnr,
      callback = function()
        refresh_lenses(client, bufnr)
      end,
    })
    refresh_lenses(client, bufnr)
  end
end

--- A hot line has its numbers in a hint at its end: written out as a diagnostic they would stand
--- there twice.
---@param client vim.lsp.Client
local function quieten_hot_lines(client)
  local virtual_text = vim.diagnostic.config().virtual_text
  if not virtual_text or not require('pprof-lens.config').get().inlay_hints then
    return
  end
  local own = type(virtual_text) == 'table' and vim.deepcopy(virtual_text) or {}
  own.severity = own.severity or { min = vim.diagnostic.severity.INFO }
  local namespace = vim.lsp.diagnostic.get_namespace(client.id)
  vim.diagnostic.config({ virtual_text = own }, namespace)
end

local handlers = {
  ['pprof-lens/status'] = function(_, status, ctx)
    M.status[ctx.client_id] = status
    vim.api.nvim_exec_autocmds('User', { pattern = 'PprofLensStatus', data = status })
    vim.cmd.redrawstatus({ bang = true })
  end,
}

if not has_0_12 then
  handlers['workspace/codeLens/refresh'] = function(_, _, ctx)
    local client = vim.lsp.get_client_by_id(ctx.client_id)
    if client then
      M.refresh(client)
    end
    return vim.NIL
  end
end

---@return lsp.ClientCapabilities
local function capabilities()
  local all = vim.lsp.protocol.make_client_capabilities()
  return vim.tbl_deep_extend('force', all, {
    workspace = { codeLens = { refreshSupport = true } },
  })
end

--- A click on a lens, and a code action, run here: a client shows results its own way.
local function commands()
  local generated = require('pprof-lens.generated')
  local out = {}
  for _, it in ipairs(generated.commands) do
    out[generated.prefix .. it.name] = function(command, ctx)
      local client = vim.lsp.get_client_by_id(ctx.client_id)
      if client then
        require('pprof-lens.command').execute(client, it.name, (command.arguments or {})[1])
      end
    end
  end
  return out
end

--- Starts the server for a buffer, or attaches the buffer to the server that runs for its folder.
---@param bufnr integer
function M.start(bufnr)
  local path = vim.api.nvim_buf_get_name(bufnr)
  if path == '' or vim.bo[bufnr].buftype ~= '' then
    return
  end
  local root = root_of(path)
  local running = vim.lsp.get_clients({ name = M.name })[1]
  if not root then
    if running then
      vim.lsp.buf_attach_client(bufnr, running.id)
    end
    return
  end
  local options = require('pprof-lens.config').get()
  if vim.fn.executable(options.cmd[1]) == 0 then
    local text = 'pprof-lens: %s is no program here; see :checkhealth pprof-lens'
    vim.notify_once(text:format(options.cmd[1]), vim.log.levels.WARN)
    return
  end
  vim.lsp.start({
    name = M.name,
    cmd = options.cmd,
    root_dir = root,
    capabilities = capabilities(),
    init_options = {
      trusted = options.trusted,
      settings = vim.empty_dict and vim.tbl_extend('force', vim.empty_dict(), options.settings),
      client = { showsResults = true },
    },
    settings = { [M.name] = options.settings },
    commands = commands(),
    handlers = handlers,
    on_init = quieten_hot_lines,
    on_attach = on_attach,
    on_exit = function(_, _, client_id)
      M.status[client_id] = nil
    end,
  }, { bufnr = bufnr })
end

--- Stops every server and starts it again for the buffers that it served.
function M.restart()
  local buffers = {}
  for _, client in ipairs(vim.lsp.get_clients({ name = M.name })) do
    vim.list_extend(buffers, vim.lsp.get_buffers_by_client_id(client.id))
    M.call(client, 'stop')
  end
  if #buffers == 0 then
    buffers = { vim.api.nvim_get_current_buf() }
  end
  local stopped = vim.wait(3000, function()
    return #vim.lsp.get_clients({ name = M.name }) == 0
  end, 20)
  if not stopped then
    for _, client in ipairs(vim.lsp.get_clients({ name = M.name })) do
      M.call(client, 'stop', true)
    end
  end
  for _, bufnr in ipairs(buffers) do
    if vim.api.nvim_buf_is_loaded(bufnr) then
      M.start(bufnr)
    end
  end
end

return M
