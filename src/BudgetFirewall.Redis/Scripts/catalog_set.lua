#!lua
-- catalog_set: adds or replaces runtime budgets and rate limits, if the catalog still has the expected version.
--
-- KEYS   1 meta   2 the catalog of runtime limits   3 the list of its changes
-- ARGV   1 expected epoch   2 expected version   3 a word for this change, 16 characters   then, of each limit, field and JSON
-- Reply  REPLY, and more:
--        DONE: the new version   STALE_CATALOG another version   OTHER_EPOCH, or none
-- Ledger with one, the stream is the last of KEYS, and what the client says of each entry, and their number, are the last of ARGV
--@prelude
--@entry take_entries
--@include clock, meta, foreign, catalog_head, check_meta, last_change, publish_change
local FIRST = 4
local meta, head = own_value(KEYS[1], redis.pcall('GET', KEYS[1])), pack(TIME, now_us)
if not is_epoch(meta, ARGV[1]) then
  return OTHER_EPOCH .. head
end
local version, number, oldest, change = catalog_head()
check_meta(meta, version)
if change == ARGV[3] then
  return DONE .. head .. version
end
if version ~= ARGV[2] then
  return STALE_CATALOG .. head
end
local begins = version == '' or last_change() ~= number
--@entry append_entries
if begins then
  -- The list, which may be that of a catalog before, begins here.
  call('DEL', KEYS[3])
  oldest = number
end
local limits, changes, word = {}, {}, sub(ARGV[3], 1, CATALOG_VERSION_NUMBER_AT - 1)
for i = FIRST, #ARGV, 2 do
  number = number + 1
  limits[#limits + 1], limits[#limits + 2] = ARGV[i], ARGV[i + 1]
  changes[#changes + 1], changes[#changes + 2] = string.format('%.0f', number), word .. ARGV[i]
end
call('HSET', KEYS[2], unpack(limits))
call('ZADD', KEYS[3], unpack(changes))
return DONE .. head .. publish_change(meta, number, oldest, ARGV[3])
