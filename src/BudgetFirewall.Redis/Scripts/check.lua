#!lua
-- check: looks whether every counter has room and every bucket enough, and takes from the buckets. Counts nothing.
--
-- KEYS   1 meta   2 the operation's record   then n counters   then the buckets
-- ARGV   1 expected meta: epoch and catalog version
--        2 packed '<I6I6I1I1': from and until (ms) the counters' keys are those of the present periods   n
--          1: remember the call, 0: it takes nothing and needs no record
--        3 packed: fingerprint of the call (16), cost (hi, lo: nanos), n amounts (hi, lo) that are not looked at
--        4 packed: n limits, as shared/limits says   5 packed: what is taken from each bucket, as shared/bucket says
--        6 how long the id is remembered (ms, digits)
-- Reply  one byte, the server's time (us, 8 bytes), and more:
--        D done, X denied: the front of each counter, the level of each bucket   R done before: the same, then the operation's record
--        P other periods   S another catalog version   E another epoch, or none
--@include clock, amount, counter, bucket, limits
local CALL, CALL_SIZE = '<I6I6I1I1', 14
local RECORD, LIMITS, BUCKETS, AMOUNTS_AT, ALWAYS = 3, 4, 5, 26, false
if #ARGV[2] ~= CALL_SIZE then
  refuse('a call must be 14 bytes')
end
--@include decide
--@include plan
local refuses = false
for i = 1, n do
  local key, value = KEYS[i + 2], values[i + 2]
  --@include read_counter, read_limit, room
  if is_above then
    refuses = true
    break
  end
  fronts[i] = pack(FRONT, 1, sh, sl, hh, hl, warned, purged, expiry, next_end, first_end, fh, fl)
end
--@include take_all
if refuses or is_short then
  --@include readings
  return 'X' .. head .. readings(3, n, m)
end
local _, _, _, is_remembered = unpack_bytes(CALL, ARGV[2])
if is_remembered == 1 then
  local record, life_ms = 'K' .. sub(ARGV[RECORD], 1, AMOUNTS_AT - 1), ARGV[6]
  --@include record, write_all
end
return 'D' .. head .. table.concat(fronts) .. levels
