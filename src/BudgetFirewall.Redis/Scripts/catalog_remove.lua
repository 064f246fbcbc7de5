#!lua
-- catalog_remove: removes a runtime budget.
--
-- KEYS   1 meta   2 the catalog of runtime budgets
-- ARGV   1 expected epoch   2 the new version   3 the budget's id
-- Reply  REPLY:  DONE   NOT_FOUND there was none   OTHER_EPOCH, or none
--@prelude
--@include clock, meta, foreign, catalog_version, check_meta
local meta, head = own_value(KEYS[1], redis.pcall('GET', KEYS[1])), pack(TIME, now_us)
if not is_epoch(meta, ARGV[1]) then
  return OTHER_EPOCH .. head
end
local version, new_version = catalog_version(), ARGV[2]
check_meta(meta, version)
if version == new_version then
  return DONE .. head
end
if call('HDEL', KEYS[2], ARGV[3]) == 0 then
  return NOT_FOUND .. head
end
--@include publish_version
return DONE .. head
