#!lua flags=no-writes
-- read_approvals: approvals by their ids, or a part of the list of all, as they are now.
--
-- KEYS   1 meta   2 the approvals   3 their list
-- ARGV   1 expected epoch   2 the state of those that are listed, a letter; empty: all   3 how many are listed at most; empty: ids are read
--        4 the member of the list behind which it begins; empty: with the first   or, from 4 on, the ids
-- Reply  a list. Its first is REPLY, and more:
--        DONE: the member of the list behind which it goes on, nothing at its end   OTHER_EPOCH, or none
--        Then id and value of each approval
--@prelude
--@include clock, meta, foreign, approval_now
local FIRST = 4
local head = pack(TIME, now_us)
if ARGV[3] ~= '' and not string.find(ARGV[3], '^[1-9]%d?%d?%d?$') then
  error({err = ARGUMENT .. ' from 1 to 9,999 approvals are listed'})
end
if not is_epoch(own_value(KEYS[1], redis.pcall('GET', KEYS[1])), ARGV[1]) then
  return {OTHER_EPOCH .. head}
end
local parts, ids, place, places = {}, {}, '', nil
if ARGV[3] == '' then
  for i = FIRST, #ARGV do
    ids[#ids + 1] = ARGV[i]
  end
else
  places = own_value(KEYS[3], redis.pcall('ZRANGE', KEYS[3], ARGV[FIRST] == '' and '-' or '(' .. ARGV[FIRST], '+', 'BYLEX', 'LIMIT', '0', MOST_LOOKED_AT))
  for i = 1, #places do
    ids[i] = sub(places[i], -APPROVAL_ID_SIZE)
  end
end
if #ids > 0 then
  local values = own_value(KEYS[2], redis.pcall('HMGET', KEYS[2], unpack(ids)))
  local most = tonumber(ARGV[3]) or #ids
  for i = 1, #ids do
    if #parts >= 2 * most then
      place = places[i - 1]
      break
    end
    if values[i] then
      local value, state = approval_now(values[i])
      if ARGV[2] == '' or state == ARGV[2] then
        parts[#parts + 1], parts[#parts + 2] = ids[i], value
      end
    end
  end
  if place == '' and places and #places == MOST_LOOKED_AT then
    place = places[#places]
  end
end
return {DONE .. head .. place, unpack(parts)}
