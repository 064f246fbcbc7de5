#!lua
-- spend: charges every counter and takes from every bucket, if all have room.
--
-- KEYS   1 meta   2 the operation's record   then n counters   then the buckets
-- ARGV   1 expected meta: epoch and catalog version
--        2 packed '<I6I6I1': from and until (ms) the counters' keys are those of the present periods   n
--        3 packed: fingerprint of the call (16), cost (hi, lo: nanos), n amounts to charge (hi, lo: nanos or micros); then what the client
--          needs to tell warnings again: opaque
--        4 packed: n limits, as shared/limits says   5 packed: what is taken from each bucket, as shared/bucket says
--        6 how long the id is remembered (ms, digits)   from 7 on: n times warning thresholds, packed as shared/events says
-- Reply  one byte, the server's time (us, 8 bytes), and more:
--        D done: the front of each counter, the level of each bucket, then the number of events (1 byte) and the events
--        X denied: fronts and levels   R done before: the same, then the operation's record
--        V a total would pass 64 bits   P other periods   S another catalog version   E another epoch, or none
--@include clock, amount, counter, bucket, limits, events
local CALL_SIZE = 13
local RECORD, LIMITS, BUCKETS, LIFE, THRESHOLDS, AMOUNTS_AT, KIND, ALWAYS, REPORTS = 3, 4, 5, 6, 7, 26, 'S', false, false
if #ARGV[2] ~= CALL_SIZE then
  refuse('a call must be 13 bytes')
end
--@include decide
--@include plan
--@include charge_all, take_all
if refuses or is_short then
  --@include readings
  return 'X' .. head .. readings(3, n, m)
end
if is_overflow then
  return 'V' .. head
end
--@include charge_record, record, write_all
return 'D' .. head .. table.concat(fronts) .. levels .. events
