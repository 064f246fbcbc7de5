-- A function that gives the number of the last change in the list of the catalog's changes, -1 where the list is empty. The list is a sorted set by the
-- numbers of changes; each member is the word of the change, as versions have it, and the field of the limit that was changed.
-- Where the number is not that of the catalog's last change, somebody has deleted the list or the catalog.
--
-- in: own_value
-- out: last_change
local function last_change()
  local last = own_value(KEYS[3], redis.pcall('ZRANGE', KEYS[3], '0', '0', 'REV', 'WITHSCORES'))
  return tonumber(last[2] or '-1')
end
