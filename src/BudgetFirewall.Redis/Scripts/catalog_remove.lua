#!lua
-- catalog_remove: removes a runtime budget.
--
-- KEYS   1 meta   2 the catalog of runtime budgets
-- ARGV   1 expected epoch   2 the new version   3 the budget's id
-- Reply  one byte, the server's time (us, 8 bytes):  D removed   N there was none   E another epoch, or none
--@include clock, meta, catalog
local meta = own_value(KEYS[1], redis.pcall('GET', KEYS[1]))
if not is_epoch(meta, ARGV[1]) then
  return 'E' .. pack('<I8', now_us)
end
local head = pack('<I8', now_us)
local version = catalog_version()
check_meta(meta, version)
if version == ARGV[2] then
  return 'D' .. head
end
if call('HDEL', KEYS[2], ARGV[3]) == 0 then
  return 'N' .. head
end
publish_version(meta, ARGV[2])
return 'D' .. head
