#!lua flags=allow-oom
-- partitions_remove: forgets a partition that is unused, unless somebody has noted it lately.
--
-- KEYS   1 the partitions
-- ARGV   1 the partition   2 how long ago it must have been noted (ms)
-- Reply  1 where it was forgotten
--@prelude
--@include clock, clock_ms
local noted_ms = call('ZSCORE', KEYS[1], ARGV[1])
return noted_ms and noted_ms + ARGV[2] < now_ms and call('ZREM', KEYS[1], ARGV[1]) or 0
