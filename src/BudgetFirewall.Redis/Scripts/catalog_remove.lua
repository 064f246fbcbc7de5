#!lua
-- catalog_remove: removes runtime budgets and rate limits, those of them that are there, if the catalog still has the expected version.
--
-- KEYS   1 meta   2 the catalog of runtime limits   3 the list of its changes
-- ARGV   1 expected epoch   2 expected version; '*': any   3 a word for this change, 16 characters   then the limits' fields
-- Reply  REPLY, and more:
--        DONE: the new version   NOT_FOUND there was none of them   STALE_CATALOG another version   OTHER_EPOCH, or none
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
if ARGV[2] ~= '*' and version ~= ARGV[2] then
  return STALE_CATALOG .. head
end
local fields = {}
for i = FIRST, #ARGV do
  if call('HGET', KEYS[2], ARGV[i]) then
    fields[#fields + 1] = ARGV[i]
  end
end
if #fields == 0 then
  return NOT_FOUND .. head
end
local begins = last_change() ~= number
--@entry append_entries
if begins then
  call('DEL', KEYS[3])
  oldest = number
end
local changes, word = {}, sub(ARGV[3], 1, CATALOG_VERSION_NUMBER_AT - 1)
for i = 1, #fields do
  number = number + 1
  changes[2 * i - 1], changes[2 * i] = string.format('%.0f', number), word .. fields[i]
end
call('HDEL', KEYS[2], unpack(fields))
call('ZADD', KEYS[3], unpack(changes))
return DONE .. head .. publish_change(meta, number, oldest, ARGV[3])
