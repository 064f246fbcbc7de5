-- partitions_add: notes that a partition may have entries of a ledger, before it has the first one.
--
-- Without the line of flags that most other scripts begin with, Redis looks at maxmemory at each command: a full server notes no new partition, and one that
-- it knows goes on.
--
-- KEYS   1 the partitions, a sorted set by when they were last noted (ms)
-- ARGV   1 the partition
-- Reply  REPLY: DONE
--@prelude
--@include clock, clock_ms
local noted = redis.pcall('ZADD', KEYS[1], string.format('%.0f', now_ms), ARGV[1])
if type(noted) == 'table' and not call('ZSCORE', KEYS[1], ARGV[1]) then
  error(noted)
end
return DONE .. pack(TIME, now_us)
