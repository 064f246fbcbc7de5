#!lua flags=no-writes
-- status: what counters and buckets stand at. Changes nothing.
--
-- KEYS   1 meta   then n counters   then the buckets
-- ARGV   1 expected meta: epoch and catalog version
--        2 packed '<I6I6I1': from and until (ms) the counters' keys are those of the present periods   n
--        3 packed: for each bucket what shared/bucket says; nothing is taken
-- Reply  one byte, the server's time (us, 8 bytes), and more:
--        D done: the front of each counter, the level of each bucket   P other periods   S another catalog version   E another epoch, or none
--@include clock, amount, counter, bucket
local CALL, CALL_SIZE, BUCKETS = '<I6I6I1', 13, 3
if #ARGV[2] ~= CALL_SIZE then
  refuse('a call must be 13 bytes')
end
local from_ms, until_ms, n = unpack_bytes(CALL, ARGV[2])
local head, m = pack('<I8', now_us), #KEYS - 1 - n
if now_ms < from_ms or now_ms >= until_ms then
  return 'P' .. head
end
if m < 0 or #ARGV[BUCKETS] ~= m * TAKE_SIZE then
  refuse('arguments do not fit the keys')
end
local values = call('MGET', unpack(KEYS))
if values[1] ~= ARGV[1] then
  --@include meta
  return is_epoch(values[1], ARGV[1]) and 'S' .. head or 'E' .. head
end
--@include readings
return 'D' .. head .. readings(2, n, m)
