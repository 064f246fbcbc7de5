#!lua
-- catalog_set: adds or replaces a runtime budget, if the catalog still has the expected version.
--
-- KEYS   1 meta   2 the catalog of runtime budgets
-- ARGV   1 expected epoch   2 expected version   3 the new version   4 the budget's id   5 the budget as JSON
-- Reply  REPLY:  DONE   STALE_CATALOG another version   OTHER_EPOCH, or none
--@prelude
--@include clock, meta, foreign, catalog_version, check_meta
local meta, head = own_value(KEYS[1], redis.pcall('GET', KEYS[1])), pack(TIME, now_us)
if not is_epoch(meta, ARGV[1]) then
  return OTHER_EPOCH .. head
end
local version, new_version = catalog_version(), ARGV[3]
check_meta(meta, version)
if version == new_version then
  return DONE .. head
end
if version ~= ARGV[2] then
  return STALE_CATALOG .. head
end
call('HSET', KEYS[2], ARGV[4], ARGV[5])
--@include publish_version
return DONE .. head
