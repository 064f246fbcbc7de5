#!lua flags=allow-oom
-- commit: ends a reservation and charges its counters; the difference to what was taken is settled in its rate limits.
-- Written even when memory is short: the money is spent.
--
-- KEYS   1 meta   2 the reservation's record   then its n counters, of the periods they were held in   then its rate limits
--        then the ADAPTATION of each adaptive one
-- ARGV   1 expected epoch
--        2 COMMIT_CALL
--        3 RECORD_HEAD: fingerprint of what is committed (zeros: an amount) and cost; n AMOUNTs to charge
--        4 n LIMITs to report overruns against (EVERYTHING: none)
--        5 a RATE_LIMIT for each rate limit: what more is taken; an ADAPTIVE for each adaptive one
--        from 6 on: for each counter its WARNINGS
-- Reply  REPLY, and more:
--        DONE, REPLAYED, done before: whether late (1 byte), cost and the amounts charged (AMOUNT), the number of events (1 byte), the EVENTs,
--          the FRONT of each counter
--        NOT_FOUND, or now forgotten   STILL_OPEN, and only looked at   CONFLICT settled otherwise   OVERFLOW   OTHER_EPOCH, or none
-- Ledger with one, the stream is the last of KEYS, and what the client says of the entry the last of ARGV
--@prelude
--@entry take_entry
--@include clock, clock_ms
local RECORD, LIMITS, RATES, THRESHOLDS, CALL_SIZE, REPORTS_OVERRUN, ADMITS_ALWAYS = 3, 4, 5, 6, COMMIT_CALL_SIZE, true, true
--@include check_call
local n, adaptives, first_end_us, only_looks, while_held = unpack_bytes(COMMIT_CALL, ARGV[2])
local m = #KEYS - 2 - n - adaptives
if m < adaptives or #ARGV[RECORD] ~= RECORD_HEAD_SIZE + n * AMOUNT_SIZE or #ARGV[LIMITS] ~= n * LIMIT_SIZE
  or #ARGV[RATES] ~= m * RATE_LIMIT_SIZE + adaptives * ADAPTIVE_SIZE then
  error({err = ARGUMENT .. ' arguments do not fit the keys'})
end
--@include check_cost
local values = call('MGET', unpack(KEYS))
local head, held_record = pack(TIME, now_us), values[2]
--@include read_reservation
if not is_found then
  --@include meta
  return is_epoch(values[1], ARGV[1]) and NOT_FOUND .. head or OTHER_EPOCH .. head
end

local fingerprint, charged = sub(ARGV[RECORD], 1, RECORD_HEAD_COST_AT - 1), sub(ARGV[RECORD], RECORD_HEAD_COST_AT)
if state ~= OPEN then
  if state == COMMITTED then
    local late_at, cost_at = tail_at + SETTLED_IS_LATE_AT - 1, tail_at + SETTLED_COST_AT - 1
    local events_at = cost_at + #charged
    local is_same = only_looks == 0 and sub(held_record, cost_at, events_at - 1) == charged
    if is_same or (fingerprint ~= string.rep('\0', #fingerprint) and fingerprint == sub(held_record, tail_at, late_at - 1)) then
      local told_count = string.byte(held_record, events_at)
      if not told_count or #held_record < events_at + told_count * EVENT_SIZE then
        error({err = CORRUPT .. ' ' .. KEYS[2]})
      end
      local FIRST = 3
      --@include fronts_as_they_are
      return REPLAYED .. head .. sub(held_record, late_at, events_at + told_count * EVENT_SIZE) .. table.concat(fronts_now)
    end
  end
  return CONFLICT .. head
end
if only_looks == 1 then
  return STILL_OPEN .. head
end

--@include plan, plan_fronts
local events, event_count, may_overrun = '', 0, false
for i = 1, n do
  local k = i + 2
  local key, value = KEYS[k], values[k]
  --@include read_counter, read_limit, read_held
  if given_hi > 0 or given_lo > 0 then
    if while_held == 1 and (not value or slot_end_ms <= purged_ms) then
      call('DEL', KEYS[2])
      return NOT_FOUND .. head
    end
    --@include remove_hold
  end
  --@include total, overflow
  if is_over then
    return OVERFLOW .. head
  end
  --@include charge_counter
  local new_expiry_ms = expiry_ms
  if not value and period_end_ms > 0 then
    -- The period is long over: its counter is made anew for an hour, so that a second late commit finds the first.
    new_expiry_ms = period_end_ms > now_ms and period_end_ms or now_ms + 3600000
  end
  --@include pack_front
  fronts[i] = front
  if value or amount_hi > 0 or amount_lo > 0 then
    --@include put_counter
  end
end

for i = 1, m do
  local k = n + 2 + i
  local key, value = KEYS[k], values[k]
  --@include read_rate_limit
  grows = false
  local is_settled = take_hi ~= 0 or take_lo ~= 0
  if algorithm == LEAKY_BUCKET and (take_hi < 0 or take_lo < 0) then
    -- Whoever has come since has a turn behind what was taken: what is given back now would be given to two.
    --@include is_as_left
    is_settled = is_as_left
  end
  if is_settled then
    --@include rate_limit
  end
end

local is_late = now_us >= end_us
local outcome = (is_late and '\1' or '\0') .. charged .. string.char(event_count) .. events
--@entry entry_of_commit, append_entry
local new_state, new_tail = COMMITTED, fingerprint .. outcome .. sub(held_record, tail_at)
--@include write_reservation, write_all
return DONE .. head .. outcome .. table.concat(fronts)
