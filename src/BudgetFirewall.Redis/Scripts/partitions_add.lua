#!lua flags=allow-oom
-- partitions_add: notes that a partition may have entries of a ledger, before it has the first one.
-- Done even when memory is short: what is charged is recorded.
--
-- KEYS   1 the partitions, a sorted set by when they were last noted (ms)
-- ARGV   1 the partition
-- Reply  REPLY: DONE
--@prelude
--@include clock, clock_ms
call('ZADD', KEYS[1], string.format('%.0f', now_ms), ARGV[1])
return DONE .. pack(TIME, now_us)
