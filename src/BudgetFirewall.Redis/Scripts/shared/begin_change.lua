-- Looks at the list of changes before a change of the catalog is written. It is a sorted set of budget ids by the number of their last change. Where somebody
-- has deleted it, or the catalog whose changes it lists, it begins anew.
--
-- in: own_value, version, number, oldest
-- out: last_listed (whether the last change is in the list)
local last = own_value(KEYS[3], redis.pcall('ZRANGE', KEYS[3], '0', '0', 'REV', 'WITHSCORES'))
local last_listed = version ~= '' and tonumber(last[2] or '-1') == number
if not last_listed then
  oldest = number
end
