#!lua
-- catalog_set: adds or replaces a runtime budget, if the catalog still has the expected version.
--
-- KEYS   1 meta   2 the catalog of runtime budgets
-- ARGV   1 expected epoch   2 expected version   3 the new version   4 the budget's id   5 the budget as JSON
-- Reply  one byte, the server's time (us, 8 bytes):  D done   S another version   E another epoch, or none
--@include clock, meta, catalog
local meta = own_value(KEYS[1], redis.pcall('GET', KEYS[1]))
if not is_epoch(meta, ARGV[1]) then
  return 'E' .. pack('<I8', now_us)
end
local head = pack('<I8', now_us)
local version = catalog_version()
check_meta(meta, version)
if version == ARGV[3] then
  return 'D' .. head
end
if version ~= ARGV[2] then
  return 'S' .. head
end
call('HSET', KEYS[2], ARGV[4], ARGV[5])
publish_version(meta, ARGV[3])
return 'D' .. head
