--- The highlight groups, each with what it links to unless the user says otherwise.

local groups = {
  -- Marks on lines.
  PprofLensHint = 'DiagnosticHint',
  -- What was measured before the line was edited.
  PprofLensEdited = 'NonText',
  PprofLensLens = 'Comment',
  PprofLensHot = 'DiagnosticSignError',
  PprofLensWarm = 'DiagnosticSignWarn',
  -- Rows of lists.
  PprofLensElsewhere = 'Comment',
  PprofLensGrown = 'DiagnosticError',
  PprofLensShrunk = 'DiagnosticOk',
  -- Goroutines by verdict.
  PprofLensProved = 'DiagnosticError',
  PprofLensStuck = 'DiagnosticWarn',
  PprofLensSuspect = 'DiagnosticInfo',
  PprofLensIdle = 'Comment',
  PprofLensRunning = 'Comment',
  PprofLensReason = 'Italic',
}

for group, link in pairs(groups) do
  vim.api.nvim_set_hl(0, group, { link = link, default = true })
end

return groups
