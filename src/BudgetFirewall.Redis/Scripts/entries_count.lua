#!lua flags=no-writes
-- entries_count: counts the entries that wait.
--
-- KEYS   1 the stream   2 the list of what was put aside
-- Reply  a list: how many wait   how many were put aside   the id of the first that waits, '' for none   the id of the last
--@prelude
--@include foreign
local waiting = own_value(KEYS[1], redis.pcall('XLEN', KEYS[1]))
local aside = own_value(KEYS[2], redis.pcall('LLEN', KEYS[2]))
local first, last = '', ''
if waiting > 0 then
  first, last = call('XRANGE', KEYS[1], '-', '+', 'COUNT', '1')[1][1], call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', '1')[1][1]
end
return {waiting, aside, first, last}
