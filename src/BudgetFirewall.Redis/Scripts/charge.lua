#!lua flags=allow-oom
-- charge: charges every counter and takes from every bucket, fit or not. Written even when memory is short: the money is spent.
--
-- KEYS   1 meta   2 the operation's record   then n counters   then the buckets
-- ARGV   1 expected meta: epoch and catalog version
--        2 packed '<I6I6I1': from and until (ms) the counters' keys are those of the present periods   n
--        3 packed: fingerprint of the call (16), cost (hi, lo: nanos), n amounts to charge (hi, lo: nanos or micros); then what the client
--          needs to tell warnings and overruns again: opaque
--        4 packed: n limits to report overruns against (EVERYTHING: none), as shared/limits says
--        5 packed: what is taken from each bucket, as shared/bucket says
--        6 how long the id is remembered (ms, digits)   from 7 on: n times warning thresholds, packed as shared/events says
-- Reply  one byte, the server's time (us, 8 bytes), and more:
--        D done: the front of each counter, the level of each bucket, then the number of events (1 byte) and the events
--        R done before: fronts and levels, then the operation's record
--        V a total would pass 64 bits   P other periods   S another catalog version   E another epoch, or none
--@include clock, amount, counter, bucket, limits, events
local CALL_SIZE = 13
local RECORD, LIMITS, BUCKETS, LIFE, THRESHOLDS, AMOUNTS_AT, KIND, ALWAYS, REPORTS = 3, 4, 5, 6, 7, 26, 'G', true, true
if #ARGV[2] ~= CALL_SIZE then
  refuse('a call must be 13 bytes')
end
--@include decide
--@include plan
--@include charge_all
if is_overflow then
  return 'V' .. head
end
--@include take_all, charge_record, record, write_all
return 'D' .. head .. table.concat(fronts) .. levels .. events
