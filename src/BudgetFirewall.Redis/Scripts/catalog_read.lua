#!lua flags=no-writes
-- catalog_read: the changes of the runtime limits since a version, or a part of them. Where the list of changes does not reach back so far, all limits
-- are read, some at each call; what changes meanwhile is in the list.
--
-- KEYS   1 meta   2 the catalog of runtime limits   3 the list of its changes
-- ARGV   1 the version that the client knows; empty: none   2 the place at which it goes on reading all limits; empty: it reads changes
--        3 how many to read
-- Reply  the meta key's value, empty where there is none; the catalog's version; the number of limits; '1' where all limits are read from the
--        beginning, else ''; the version and the place to go on from; then, of each limit, field and JSON, or nil where it was removed
--@prelude
--@include foreign, catalog_head, last_change
local meta = own_value(KEYS[1], redis.pcall('GET', KEYS[1])) or ''
local version, number = catalog_head()
if version == '' then
  return {meta, '', '0', ARGV[1] == '' and '' or '1', '', ''}
end
local known, place = ARGV[1], ARGV[2]
local from, word_size = tonumber(sub(known, CATALOG_VERSION_NUMBER_AT)) or -1, CATALOG_VERSION_NUMBER_AT - 1
local starts_over = ''
if known ~= version then
  local listed = call('ZRANGE', KEYS[3], string.format('%.0f', from), string.format('%.0f', from), 'BYSCORE', 'LIMIT', '0', '1')[1]
  -- What is known must be a listed change: another one of that number was lost by the server, after a failover or a restart.
  -- The list is of no use where somebody has deleted it.
  if not listed or sub(listed, 1, word_size) ~= sub(known, 1, word_size) or last_change() ~= number then
    starts_over, known, place, from = '1', version, '0', number
  end
end
local reply = {meta, version, string.format('%.0f', call('HLEN', KEYS[2]) - 1), starts_over}
if place ~= '' then
  local page = call('HSCAN', KEYS[2], place, 'COUNT', ARGV[3])
  reply[5], reply[6] = known, page[1] ~= '0' and page[1] or ''
  for i = 1, #page[2] do
    reply[6 + i] = page[2][i]
  end
  return reply
end
local changes = call('ZRANGE', KEYS[3], string.format('(%.0f', from), '+inf', 'BYSCORE', 'LIMIT', '0', ARGV[3], 'WITHSCORES')
reply[5], reply[6] = version, ''
if #changes == 0 then
  return reply
end
local fields, seen = {}, {}
for i = 1, #changes, 2 do
  local field = sub(changes[i], word_size + 1)
  if not seen[field] then
    fields[#fields + 1], seen[field] = field, true
  end
end
local limits = call('HMGET', KEYS[2], unpack(fields))
for i = 1, #fields do
  reply[#reply + 1], reply[#reply + 2] = fields[i], limits[i]
end
reply[5] = sub(changes[#changes - 1], 1, word_size) .. string.format('%016.0f', tonumber(changes[#changes]))
return reply
