-- A function that reads the version of the runtime budgets. They are a hash from budget id to budget as JSON; ids are never empty, and the empty
-- field holds the version. Where there are none the version is empty.
--
-- in: own_value
-- out: catalog_version
local function catalog_version()
  local version = own_value(KEYS[2], redis.pcall('HGET', KEYS[2], ''))
  if not version and call('EXISTS', KEYS[2]) == 1 then
    error({err = CORRUPT .. ' ' .. KEYS[2]})
  end
  return version or ''
end
