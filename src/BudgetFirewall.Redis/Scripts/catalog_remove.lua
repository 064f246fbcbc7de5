#!lua
-- catalog_remove: removes a runtime budget or rate limit.
--
-- KEYS   1 meta   2 the catalog of runtime limits   3 the list of its changes
-- ARGV   1 expected epoch   2 a word for this change, 16 characters   3 the limit's field
-- Reply  REPLY:  DONE   NOT_FOUND there was none   OTHER_EPOCH, or none
--@prelude
--@include clock, meta, foreign, catalog_head, check_meta, last_change, publish_change
local meta, head = own_value(KEYS[1], redis.pcall('GET', KEYS[1])), pack(TIME, now_us)
if not is_epoch(meta, ARGV[1]) then
  return OTHER_EPOCH .. head
end
local version, number, oldest, change = catalog_head()
check_meta(meta, version)
if change == ARGV[2] then
  return DONE .. head
end
local is_listed = last_change() == number
if call('HDEL', KEYS[2], ARGV[3]) == 0 then
  return NOT_FOUND .. head
end
if not is_listed then
  call('DEL', KEYS[3])
  oldest = number
end
call('ZADD', KEYS[3], string.format('%.0f', number + 1), sub(ARGV[2], 1, CATALOG_VERSION_NUMBER_AT - 1) .. ARGV[3])
publish_change(meta, number + 1, oldest, ARGV[2])
return DONE .. head
