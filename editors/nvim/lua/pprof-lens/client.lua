--- Starts the server for Go buffers, and for C beside Go, and keeps what it says of itself.

local marks = require('pprof-lens.marks')

local M = {}

M.name = 'pprof-lens'

--- What Go calls by cgo is part of the program.
M.filetypes = { 'go', 'c', 'cpp' }

--- What the server last said of itself, by client id.
---@type table<integer, { text: string, state: string, target?: table }>
M.status = {}

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

--- Titles of what is under way, by client id and token.
local titles = {}

local function on_progress(event)
  local client = vim.lsp.get_client_by_id(event.data.client_id)
  local params = event.data.params
  if not client or client.name ~= M.name or type(params.value) ~= 'table' then
    return
  end
  local key = client.id .. ' ' .. params.token
  titles[key] = params.value.title or titles[key]
  require('pprof-lens.show').progress(params.value, titles[key])
  if params.value.kind == 'end' then
    titles[key] = nil
  end
end

vim.api.nvim_create_autocmd('LspProgress', {
  group = vim.api.nvim_create_augroup('pprof-lens.progress', {}),
  callback = on_progress,
})

--- The server asks a program nothing by itself while nobody is here.
---@param is_active boolean
local function tell_activity(is_active)
  for _, client in ipairs(vim.lsp.get_clients({ name = M.name })) do
    marks.call(client, 'notify', 'pprof-lens/activity', { active = is_active })
  end
end

for event, is_active in pairs({
  FocusGained = true,
  FocusLost = false,
  VimResume = true,
  VimSuspend = false,
}) do
  vim.api.nvim_create_autocmd(event, {
    group = vim.api.nvim_create_augroup('pprof-lens.' .. event, {}),
    callback = function()
      tell_activity(is_active)
    end,
  })
end

local handlers = vim.tbl_extend('error', marks.handlers, {
  ['pprof-lens/goroutinesChanged'] = function(_, _, ctx)
    local client = vim.lsp.get_client_by_id(ctx.client_id)
    if client then
      require('pprof-lens.goroutines').changed(client)
    end
  end,
  -- Neovim's own handler writes a line break, too, and then waits for a key.
  ['window/showMessage'] = function(_, params)
    local types = vim.lsp.protocol.MessageType
    local levels = { [types.Error] = 'ERROR', [types.Warning] = 'WARN' }
    local level = vim.log.levels[levels[params.type] or 'INFO']
    vim.notify('pprof-lens: ' .. params.message, level)
  end,
  ['pprof-lens/status'] = function(_, status, ctx)
    M.status[ctx.client_id] = status
    vim.api.nvim_exec_autocmds('User', { pattern = 'PprofLensStatus', data = status })
    vim.cmd.redrawstatus({ bang = true })
  end,
})

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

--- When servers have died, in seconds.
local deaths = {} ---@type integer[]

--- Starts a server that died again, for the buffers of its folder; not for ever.
---@param root string
local function come_back(root)
  local now = os.time()
  deaths = vim.tbl_filter(function(it)
    return now - it < 180
  end, deaths)
  table.insert(deaths, now)
  if vim.v.exiting ~= vim.NIL then
    return
  elseif #deaths > 4 then
    local text = 'pprof-lens: the server has died 5 times in 3 minutes; :PprofLens restart tries again'
    return vim.notify(text, vim.log.levels.ERROR)
  end
  for _, bufnr in ipairs(vim.api.nvim_list_bufs()) do
    local is_served = vim.api.nvim_buf_is_loaded(bufnr)
      and vim.list_contains(M.filetypes, vim.bo[bufnr].filetype)
    if is_served and root_of(vim.api.nvim_buf_get_name(bufnr)) == root then
      M.start(bufnr)
    end
  end
end

---@param root string
---@return vim.lsp.ClientConfig
local function client_config(root)
  local options = require('pprof-lens.config').get()
  -- An empty table would be sent as a list.
  local settings = vim.tbl_extend('force', vim.empty_dict(), options.settings)
  return {
    name = M.name,
    cmd = options.cmd,
    root_dir = root,
    capabilities = capabilities(),
    init_options = {
      trusted = options.trusted,
      settings = settings,
      client = { showsResults = true },
    },
    settings = { [M.name] = settings },
    commands = commands(),
    handlers = handlers,
    on_init = function(client)
      marks.take_over(client)
      quieten_hot_lines(client)
    end,
    on_attach = marks.attach,
    on_exit = function(code, signal, client_id)
      M.status[client_id] = nil
      vim.schedule(function()
        vim.cmd.redrawstatus({ bang = true })
        -- Who ends it on purpose asks it to, or terminates it.
        if signal ~= vim.uv.constants.SIGTERM and (code ~= 0 or signal ~= 0) then
          come_back(root)
        end
      end)
    end,
  }
end

--- Starts the server for a buffer, or attaches the buffer to the server that runs for its folder.
---@param bufnr integer
function M.start(bufnr)
  local path = vim.api.nvim_buf_get_name(bufnr)
  if path == '' or vim.bo[bufnr].buftype ~= '' then
    return
  end
  -- C that belongs to no Go program is none of our business.
  if vim.bo[bufnr].filetype ~= 'go' and not vim.fs.root(path, { 'go.work', 'go.mod' }) then
    return
  end
  local root = root_of(path)
  if not root then
    local running = vim.lsp.get_clients({ name = M.name })[1]
    if running then
      vim.lsp.buf_attach_client(bufnr, running.id)
    end
    return
  end
  local program = require('pprof-lens.config').get().cmd[1]
  if vim.fn.executable(program) == 0 then
    local text = 'pprof-lens: %s is no program here; see :checkhealth pprof-lens'
    vim.notify_once(text:format(program), vim.log.levels.WARN)
    return
  end
  vim.lsp.start(client_config(root), { bufnr = bufnr })
end

--- The server of the working folder's module, started when none runs: for who has not opened a
--- file yet. None where there is no module.
---@return vim.lsp.Client?
function M.here()
  local client = M.get()
  local folder = vim.fn.getcwd() .. '/'
  local is_module = vim.fs.root(folder, { 'go.work', 'go.mod' }) ~= nil
  local root = not client and is_module and root_of(folder)
  if not root or vim.fn.executable(require('pprof-lens.config').get().cmd[1]) == 0 then
    return client
  end
  if vim.fn.has('nvim-0.11') == 1 then
    vim.lsp.start(client_config(root), { attach = false })
  else
    vim.lsp.start_client(client_config(root))
  end
  vim.wait(5000, function()
    client = M.get()
    return client ~= nil
  end, 20)
  return client
end

--- Stops every server and starts it again for the buffers that it served.
function M.restart()
  deaths = {}
  local buffers = { vim.api.nvim_get_current_buf() }
  for _, client in ipairs(vim.lsp.get_clients({ name = M.name })) do
    vim.list_extend(buffers, vim.tbl_keys(client.attached_buffers))
    marks.call(client, 'stop')
  end
  local function none_left()
    return #vim.lsp.get_clients({ name = M.name }) == 0
  end
  if not vim.wait(3000, none_left, 20) then
    for _, client in ipairs(vim.lsp.get_clients({ name = M.name })) do
      marks.call(client, 'stop', true)
    end
  end
  for _, bufnr in ipairs(buffers) do
    if
      vim.api.nvim_buf_is_loaded(bufnr)
      and vim.list_contains(M.filetypes, vim.bo[bufnr].filetype)
    then
      M.start(bufnr)
    end
  end
end

return M
