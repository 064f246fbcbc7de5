#!lua flags=allow-oom
-- commit: ends a reservation and charges its counters; the difference to what was taken is settled in its buckets.
-- Written even when memory is short: the money is spent.
--
-- KEYS   1 meta   2 the reservation's record   then its n counters, of the periods they were held in   then its buckets
-- ARGV   1 expected epoch
--        2 packed '<I1I8I1': n   the end of the lease as first given (us)   1: only look whether this fingerprint was committed before;
--          cost and amounts are then not looked at
--        3 packed: fingerprint of what is committed (16; zeros: an amount), cost (hi, lo: nanos), n amounts to charge (hi, lo: nanos or micros)
--        4 packed: n limits to report overruns against (EVERYTHING: none), as shared/limits says
--        5 packed: what more is taken from each bucket (negative: given back), as shared/bucket says
--        from 6 on: n times warning thresholds, packed as shared/events says
-- Reply  one byte, the server's time (us, 8 bytes), and more:
--        D done, R done before: whether late (1 byte), cost (hi, lo), the amounts charged (hi, lo), the number of events (1 byte) and the events,
--          the front of each counter
--        N no such reservation   O still open, and only looked at   C settled otherwise   V a total would pass 64 bits   E another epoch, or none
--@include clock, amount, counter, bucket, limits, events, reservation
local CALL, CALL_SIZE = '<I1I8I1', 10
local RECORD, LIMITS, BUCKETS, THRESHOLDS, AMOUNTS_AT, REPORTS = 3, 4, 5, 6, 26, true
if #ARGV[2] ~= CALL_SIZE then
  refuse('a call must be 10 bytes')
end
local n, first_end_us, only_looks = unpack_bytes(CALL, ARGV[2])
local m = #KEYS - 2 - n
if #ARGV[RECORD] ~= AMOUNTS_AT - 1 + n * AMOUNT_SIZE or #ARGV[LIMITS] ~= n * LIMIT_SIZE or #ARGV[BUCKETS] ~= m * TAKE_SIZE then
  refuse('arguments do not fit the keys')
end
--@include check_cost
local values = call('MGET', unpack(KEYS))
local head, held = pack('<I8', now_us), values[2]
--@include read_reservation
if not is_found then
  --@include meta
  return is_epoch(values[1], ARGV[1]) and 'N' .. head or 'E' .. head
end

local fingerprint, charged = sub(ARGV[RECORD], 1, 16), sub(ARGV[RECORD], 17)
if state ~= 'o' then
  if state == 'c' then
    local same = only_looks == 0 and sub(held, tail + 17, tail + 16 + #charged) == charged
    if same or (fingerprint ~= string.rep('\0', 16) and fingerprint == sub(held, tail, tail + 15)) then
      local events_at = tail + 17 + #charged
      local count = string.byte(held, events_at)
      if not count or #held < events_at + count * EVENT_SIZE then
        corrupt(KEYS[2])
      end
      --@include readings
      return 'R' .. head .. sub(held, tail + 16, events_at + count * EVENT_SIZE) .. readings(3, n, 0)
    end
  end
  return 'C' .. head
end
if only_looks == 1 then
  return 'O' .. head
end

--@include plan
local events, event_count = '', 0
for i = 1, n do
  local k = i + 2
  local key, value = KEYS[k], values[k]
  --@include read_counter, read_limit
  local xh, xl = unpack_bytes(AMOUNT, held, AMOUNTS_HELD_AT + (i - 1) * AMOUNT_SIZE)
  if xh > 0 or xl > 0 then
    --@include remove_hold
  end
  --@include room
  if is_over then
    return 'V' .. head
  end
  --@include charge_counter
  local new_expiry = expiry
  if not value and period_end > 0 then
    -- The period is long over: its counter is made anew for an hour, so that a second late commit finds the first.
    new_expiry = period_end > now_ms and period_end or now_ms + 3600000
  end
  local front = pack(FRONT, 1, sh, sl, hh, hl, warned, purged, new_expiry, next_end, first_end, fh, fl)
  fronts[i] = front
  if value or ah > 0 or al > 0 then
    --@include put_counter
  end
end

for i = 1, m do
  local k, at = n + 2 + i, (i - 1) * TAKE_SIZE + 1
  local key, value = KEYS[k], values[k]
  local _, _, _, more_hi, more_lo = unpack_bytes(TAKE, ARGV[BUCKETS], at)
  if more_hi ~= 0 or more_lo ~= 0 then
    --@include read_bucket, take
  end
end

local is_late = now_us >= expires_us
local outcome = (is_late and '\1' or '\0') .. charged .. string.char(event_count) .. events
local new_state, settled = 'c', fingerprint .. outcome .. sub(held, tail)
--@include write_reservation, write_all
return 'D' .. head .. outcome .. table.concat(fronts)
