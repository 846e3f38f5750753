--- `:PprofLens`: turns words on the command line into a command of the server, with completion.

local M = {}

local generated = require('pprof-lens.generated')

--- Requests under way, so that `:PprofLens cancel` has something to cancel.
---@type table<integer, table<integer, true>> client id -> request ids
local running = {}

--- Runs a command of the server and shows what it answers.
---@param client vim.lsp.Client
---@param name string Name without prefix.
---@param argument? table
---@param on_result? fun(result: any) Instead of showing it.
function M.execute(client, name, argument, on_result)
  local marks = require('pprof-lens.marks')
  local params = { command = generated.prefix .. name, arguments = argument and { argument } }
  local ids = running[client.id] or {}
  running[client.id] = ids
  local _, id
  _, id = marks.call(client, 'request', 'workspace/executeCommand', params, function(err, result)
    if id then
      ids[id] = nil
    end
    local show = require('pprof-lens.show')
    if err then
      show.error(err)
    else
      (on_result or function(it)
        show.result(name, it, argument)
      end)(result)
    end
  end)
  if id then
    ids[id] = true
  end
end

--- Runs a command on the server that runs here, for a row or a key of a list.
---@param name string
---@param argument? table
---@param on_result? fun(result: any) Instead of showing it.
function M.ask(name, argument, on_result)
  local client = require('pprof-lens.client').get()
  if client then
    M.execute(client, name, argument, on_result)
  end
end

--- `attach` without a target: what is found is offered.
local function pick_target(client)
  M.execute(client, 'targets', nil, function(targets)
    require('pprof-lens.show').pick_target(targets, function(target)
      M.execute(client, 'attach', { target = target })
    end)
  end)
end

local function kind_of(words)
  return words[1] and { kind = words[1] } or nil
end

--- Subcommands that are more than their name: words of the command line into an argument.
---@type table<string, fun(words: string[], args: table): table?>
local arguments = {
  attach = function(words)
    return { target = words[1] }
  end,
  capture = function(words)
    return { kind = words[1], seconds = tonumber(words[2]) }
  end,
  setBaseline = kind_of,
  clearBaseline = kind_of,
  diff = kind_of,
  hot = kind_of,
  flamegraph = function(words)
    local out = {}
    for _, word in ipairs(words) do
      if word == 'svg' then
        out.svg = true
      elseif word == 'baseline' then
        out.base = word
      elseif vim.list_contains(generated.kinds, word) then
        out.kind = word
      else
        out['function'] = word
      end
    end
    return next(out) and out or nil
  end,
  watch = function(words)
    return words[1] and { on = words[1] == 'on' } or nil
  end,
  peek = function(words)
    local is_kind = vim.tbl_contains(generated.kinds, words[1])
    return {
      kind = is_kind and words[1] or nil,
      ['function'] = words[is_kind and 2 or 1],
      uri = vim.uri_from_bufnr(0),
      line = vim.api.nvim_win_get_cursor(0)[1] - 1,
    }
  end,
  explainSource = function(words)
    if words[1] then
      return { frame = words[1] }
    end
    return vim.bo.filetype == 'go' and { uri = vim.uri_from_bufnr(0) } or nil
  end,
  goroutines = function(_, args)
    if args.range == 0 then
      return nil
    end
    return { uri = vim.uri_from_bufnr(0), line = args.line1 - 1 }
  end,
}

--- Subcommands that the server knows nothing of.
local own = {
  cancel = function(client)
    -- Neovim swallows the answer to a request that was cancelled, so the word comes from here.
    local ids = running[client.id] or {}
    running[client.id] = {}
    for id in pairs(ids) do
      require('pprof-lens.marks').call(client, 'cancel_request', id)
    end
    vim.notify('pprof-lens: ' .. (next(ids) and 'cancelled' or 'nothing to cancel'))
  end,
}

--- Commands but those whose argument no one types.
local function offered()
  return vim.tbl_filter(function(it)
    return it.typed ~= false
  end, generated.commands)
end

local function names()
  local out = vim.tbl_map(function(it)
    return it.name
  end, offered())
  return vim.list_extend(out, { 'cancel', 'restart' })
end

--- Subcommands whose first word is a kind.
local by_kind = { 'capture', 'setBaseline', 'clearBaseline', 'diff', 'peek', 'hot', 'flamegraph' }

local function menu()
  vim.ui.select(offered(), {
    prompt = 'pprof-lens',
    format_item = function(it)
      return it.title
    end,
  }, function(it)
    if it and it.name == 'capture' then
      vim.ui.select(generated.kinds, { prompt = it.title }, function(kind)
        if kind then
          vim.cmd('PprofLens capture ' .. kind)
        end
      end)
    elseif it then
      vim.cmd('PprofLens ' .. it.name)
    end
  end)
end

--- The implementation of `:PprofLens`.
---@param args table As `nvim_create_user_command` passes them.
function M.run(args)
  local words = vim.list_slice(args.fargs, 2)
  local name = args.fargs[1]
  if not name then
    return menu()
  elseif not vim.tbl_contains(names(), name) then
    local text = 'pprof-lens: there is no subcommand "%s"; there are: %s'
    return vim.notify(text:format(name, table.concat(names(), ', ')), vim.log.levels.ERROR)
  elseif name == 'restart' then
    return require('pprof-lens.client').restart()
  end
  local client = require('pprof-lens.client').here()
  if not client then
    local text = 'pprof-lens: no server runs here; open a Go file that lies in a module'
    return vim.notify(text, vim.log.levels.ERROR)
  elseif own[name] then
    return own[name](client)
  elseif name == 'attach' and not words[1] then
    return pick_target(client)
  end
  local argument = arguments[name] and arguments[name](words, args)
  M.execute(client, name, argument)
end

--- Completes subcommands, kinds and seconds.
---@param lead string
---@param line string
---@return string[]
function M.complete(lead, line)
  local words = vim.split(line:gsub('^.*PprofLens!?%s+', ''), '%s+')
  local choices = {}
  if #words == 1 then
    choices = names()
  elseif #words == 2 and vim.tbl_contains(by_kind, words[1]) then
    choices = vim.list_extend({}, generated.kinds)
  elseif #words == 2 and words[1] == 'watch' then
    choices = { 'on', 'off' }
  elseif #words == 3 and words[1] == 'capture' then
    choices = { '5', '10', '30' }
  end
  if #words >= 2 and words[1] == 'flamegraph' then
    vim.list_extend(choices, { 'baseline', 'svg' })
  end
  return vim.tbl_filter(function(it)
    return vim.startswith(it, lead)
  end, choices)
end

return M
