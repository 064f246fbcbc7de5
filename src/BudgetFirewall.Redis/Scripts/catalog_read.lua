#!lua flags=no-writes
-- catalog_read: the runtime budgets.
--
-- KEYS   1 meta   2 the catalog of runtime budgets
-- Reply  the catalog: field, value, field, value…; the empty field holds the version
local catalog = redis.pcall('HGETALL', KEYS[2])
if catalog.err then
  error({err = 'BFCORRUPT ' .. KEYS[2]})
end
return catalog
