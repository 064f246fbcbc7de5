#!lua flags=no-writes
-- counters: reads counters of present or past periods. Changes nothing.
--
-- KEYS   1 meta   then the counters
-- ARGV   1 expected epoch
-- Reply  REPLY, and more:
--        DONE: of each counter a byte, 1 where it is there, and its FRONT   OTHER_EPOCH, or none
--@prelude
--@include clock, clock_ms, meta
local FIRST, n, head = 2, #KEYS - 1, pack(TIME, now_us)
local values = call('MGET', unpack(KEYS))
if not is_epoch(values[1], ARGV[1]) then
  return OTHER_EPOCH .. head
end
--@include fronts_as_they_are
for i = 1, n do
  fronts_now[i] = (values[i + 1] and '\1' or '\0') .. fronts_now[i]
end
return DONE .. head .. table.concat(fronts_now)
