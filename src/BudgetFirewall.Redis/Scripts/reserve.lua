#!lua
-- reserve: sets amounts aside in every counter and takes from every bucket, if all have room.
--
-- KEYS   1 meta   2 the operation's record   then n counters   then the buckets
-- ARGV   1 expected meta: epoch and catalog version
--        2 packed '<I6I6I1I8I8I6I8': from and until (ms) the counters' keys are those of the present periods   n   how long the id is
--          remembered (us; 0: made up by the client)   lease (us)   width of hold slots (ms)   how long the record outlives the lease (us)
--        3 packed: fingerprint of the call (16), cost (hi, lo: nanos), n amounts to hold (hi, lo: nanos or micros); then what the client
--          needs to settle by id alone: opaque
--        4 packed: n limits, as shared/limits says   5 packed: what is taken from each bucket, as shared/bucket says
--        6 how long the record lives for now: lease and what it outlives it by (ms, digits)
-- Reply  one byte, the server's time (us, 8 bytes), and more:
--        D done, X denied: the front of each counter, the level of each bucket   R done before: the same, then the operation's record
--        V a total would pass 64 bits   P other periods   S another catalog version   E another epoch, or none
--@include clock, amount, counter, bucket, limits
local CALL, CALL_SIZE, MAX_SPAN_US = '<I6I6I1I8I8I6I8', 43, 4000000000000000
local RECORD, LIMITS, BUCKETS, AMOUNTS_AT, ALWAYS = 3, 4, 5, 26, false
if #ARGV[2] ~= CALL_SIZE then
  refuse('a call must be 43 bytes')
end
--@include decide
local _, _, _, keep_us, lease_us, width, record_keep = unpack_bytes(CALL, ARGV[2])
if keep_us > MAX_SPAN_US or lease_us > MAX_SPAN_US or record_keep > MAX_SPAN_US or width < 1 then
  refuse('a time is out of range')
end
local expires_us = now_us + lease_us
local expires_ms = math.ceil(expires_us / 1000)
local slot_end = math.ceil(expires_ms / width) * width

--@include plan
local refuses, is_overflow, is_behind
repeat
  refuses, is_overflow, is_behind = false, false, false
  for i = 1, n do
    local k = i + 2
    local key, value = KEYS[k], values[k]
    --@include read_counter, read_limit, room
    if purged >= slot_end then
      -- A slot given back before the clock went backwards is never used again: the hold then ends a little later, in every counter.
      slot_end = (math.floor(purged / width) + 1) * width
      is_behind = true
      break
    elseif is_above then
      refuses = true
      break
    end
    is_overflow = is_overflow or is_over
    local new_expiry, is_held = expiry, ah > 0 or al > 0
    if period_end > 0 then
      if period_end > new_expiry then
        new_expiry = period_end
      end
      if expires_ms > new_expiry then
        new_expiry = expires_ms
      end
    end
    if is_held then
      --@include add_hold
    end
    local front = pack(FRONT, 1, sh, sl, hh, hl, warned, purged, new_expiry, next_end, first_end, fh, fl)
    fronts[i] = front
    -- A hold of nothing beyond the period's end needs the counter too: its commit may be of more.
    if is_held or (new_expiry > expiry and new_expiry > period_end) then
      --@include put_counter
    end
  end
until not is_behind

--@include take_all
if refuses or is_short then
  --@include readings
  return 'X' .. head .. readings(3, n, m)
end
if is_overflow then
  return 'V' .. head
end
local keep_until = keep_us > 0 and now_us + keep_us or 0
local life_ms = ARGV[6]
local record = 'Ro' .. pack('<I8I8I6I8I8I1', expires_us, expires_us, slot_end, keep_until, record_keep, n) .. ARGV[RECORD]
--@include record, write_all
return 'D' .. head .. table.concat(fronts) .. levels
