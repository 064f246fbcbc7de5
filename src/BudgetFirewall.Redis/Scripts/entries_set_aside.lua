#!lua flags=allow-oom
-- entries_set_aside: puts an entry that cannot be read aside, so that it holds up none of the others. The oldest ones are dropped when there are too many.
--
-- KEYS   1 the stream   2 the list of what was put aside
-- ARGV   1 the entry's id   2 what is kept of it   3 how many are kept   4 the time for which they are kept (ms)
-- Reply  1 where the entry was there
--@prelude
--@include foreign
own_value(KEYS[2], redis.pcall('LLEN', KEYS[2]))
call('XACK', KEYS[1], ENTRY_GROUP, ARGV[1])
local count = call('XDEL', KEYS[1], ARGV[1])
if count == 1 then
  call('RPUSH', KEYS[2], ARGV[2])
  call('LTRIM', KEYS[2], '-' .. ARGV[3], '-1')
  call('PEXPIRE', KEYS[2], ARGV[4])
end
return count
