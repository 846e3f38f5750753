--- What the specs stand on: conditions are waited for, and what counts is what is drawn.

local M = {}

local DEADLINE_MS = 45000

--- Where things are in the target's source: name -> { file = .., line = .. }, 1-based.
M.places = vim.json.decode(vim.env.PPROF_LENS_PLACES or '{}')

--- The rows of the screen as drawn.
---@return string[]
function M.screen()
  local rows = {}
  for row = 1, vim.o.lines do
    local cells = {}
    for col = 1, vim.o.columns do
      cells[col] = vim.fn.screenstring(row, col)
    end
    rows[row] = (table.concat(cells):gsub('%s+$', ''))
  end
  return rows
end

--- Waits until `condition` returns something true, and returns that.
---@generic T
---@param what string
---@param condition fun(): T
---@return T
function M.wait(what, condition)
  local answer
  vim.wait(DEADLINE_MS, function()
    vim.cmd('redraw!')
    answer = condition()
    return answer
  end, 50)
  if not answer then
    error(('never came: %s\nmessages: %s'):format(what, vim.fn.execute('messages')), 2)
  end
  return answer
end

--- Waits until a row of the screen holds all these texts, plainly; returns the row.
---@param ... string
---@return string
function M.wait_row(...)
  local texts = { ... }
  return M.wait('a row with ' .. table.concat(texts, ' and '), function()
    for _, row in ipairs(M.screen()) do
      local has_all = true
      for _, text in ipairs(texts) do
        has_all = has_all and row:find(text, 1, true)
      end
      if has_all then
        return row
      end
    end
  end)
end

--- Opens a marked place, and waits for the server to serve the file.
---@param name string
---@return { file: string, line: integer, text: string }
function M.open(name)
  local place = M.places[name]
  vim.cmd.edit(place.file)
  vim.api.nvim_win_set_cursor(0, { place.line, 0 })
  M.wait('a server for ' .. place.file, function()
    local client = vim.lsp.get_clients({ bufnr = 0, name = 'pprof-lens' })[1]
    return client and client.initialized
  end)
  place.text = vim.trim(vim.api.nvim_get_current_line())
  return place
end

--- Attaches to the target of the test.
function M.attach()
  vim.cmd('PprofLens attach ' .. vim.env.PPROF_LENS_TARGET)
  local address = vim.env.PPROF_LENS_TARGET:match('//[^/]*:(%d+)/')
  M.wait('the status to name the target', function()
    return require('pprof-lens').status():find(':' .. address, 1, true)
  end)
end

--- The virtual text of a namespace on a line, 1-based.
---@param namespace string Pattern of its name.
---@param line integer
---@return string
function M.virtual_text(namespace, line)
  local drawn = ''
  for name, id in pairs(vim.api.nvim_get_namespaces()) do
    if name:find(namespace) then
      local from, to = { line - 1, 0 }, { line - 1, -1 }
      for _, mark in ipairs(vim.api.nvim_buf_get_extmarks(0, id, from, to, { details = true })) do
        for _, chunk in ipairs(mark[4].virt_text or {}) do
          drawn = drawn .. chunk[1]
        end
      end
    end
  end
  return drawn
end

--- The diagnostic with this code on a line, 1-based.
---@param code string
---@param line integer
---@return vim.Diagnostic?
function M.diagnostic(code, line)
  for _, it in ipairs(vim.diagnostic.get(0, { lnum = line - 1 })) do
    if it.code == code and it.source == 'pprof-lens' then
      return it
    end
  end
end

function M.equal(got, wanted)
  if not vim.deep_equal(got, wanted) then
    error(('got %s, wanted %s'):format(vim.inspect(got), vim.inspect(wanted)), 2)
  end
end

--- Runs the spec of this process; its failure comes with what was on the screen.
---@param path string
function M.run(path)
  local ok, message = xpcall(dofile, debug.traceback, path)
  if not ok then
    io.stderr:write(message, '\n--- screen\n', table.concat(M.screen(), '\n'), '\n')
  end
  for _, client in ipairs(vim.lsp.get_clients()) do
    require('pprof-lens.marks').call(client, 'stop', true)
  end
  vim.cmd(ok and 'qall!' or 'cquit 1')
end

return M
