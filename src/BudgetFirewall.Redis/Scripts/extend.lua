#!lua
-- extend: moves the end of an open reservation's lease to the old end, or to now plus a time where that is later.
--
-- KEYS   1 meta   2 the reservation's record   then its n counters, of the periods they were held in   whatever follows is not looked at
-- ARGV   1 expected epoch
--        2 EXTEND_CALL
--        3 the PERIOD_END of each counter
-- Reply  REPLY, and more:
--        DONE: the end of the lease (TIME)   NOT_FOUND, settled, at or after its end, or its hold is gone   OTHER_EPOCH, or none
--@prelude
--@include clock, clock_ms
local CALL_SIZE = EXTEND_CALL_SIZE
--@include check_call
local n, first_end_us, lease_us, slot_width_ms = unpack_bytes(EXTEND_CALL, ARGV[2])
if n > #KEYS - 2 or #ARGV[3] ~= n * PERIOD_END_SIZE then
  error({err = ARGUMENT .. ' arguments do not fit the keys'})
end
if lease_us > MAX_SPAN_US or slot_width_ms < 1 then
  error({err = ARGUMENT .. ' a time is out of range'})
end
local values = call('MGET', unpack(KEYS))
local head, held_record = pack(TIME, now_us), values[2]
--@include read_reservation
if not is_found then
  --@include meta
  return is_epoch(values[1], ARGV[1]) and NOT_FOUND .. head or OTHER_EPOCH .. head
end
if state ~= OPEN or now_us >= end_us then
  return NOT_FOUND .. head
end
if now_us + lease_us <= end_us then
  return DONE .. head .. pack(TIME, end_us)
end

end_us = now_us + lease_us
local end_ms = math.ceil(end_us / 1000)
local old_slot_end_ms = slot_end_ms
local new_slot_end_ms = math.max(math.ceil(end_ms / slot_width_ms) * slot_width_ms, slot_end_ms)
--@include plan
local is_behind
repeat
  is_behind = false
  for i = 1, n do
    local k = i + 2
    local key, value = KEYS[k], values[k]
    --@include read_counter
    if purged_ms >= new_slot_end_ms then
      -- A slot given back before the clock went backwards is never used again.
      new_slot_end_ms = (math.floor(purged_ms / slot_width_ms) + 1) * slot_width_ms
      is_behind = true
      break
    end
    --@include read_held
    local period_end_ms, new_expiry_ms = unpack_bytes(PERIOD_END, ARGV[3], (i - 1) * PERIOD_END_SIZE + 1), expiry_ms
    if period_end_ms > 0 then
      new_expiry_ms = math.max(expiry_ms, period_end_ms, end_ms)
    end
    local is_held = given_hi > 0 or given_lo > 0
    if is_held then
      local before_hi, before_lo = held_hi, held_lo
      slot_end_ms = old_slot_end_ms
      --@include remove_hold
      -- After the clock went backwards a hold may be gone although its lease has not ended; taking it again could overbook.
      before_hi, before_lo = before_hi - given_hi, before_lo - given_lo
      if before_lo < 0 then
        before_hi, before_lo = before_hi - 1, before_lo + BASE
      end
      if before_hi ~= held_hi or before_lo ~= held_lo then
        return NOT_FOUND .. head
      end
      local amount_hi, amount_lo = given_hi, given_lo
      slot_end_ms = new_slot_end_ms
      --@include add_hold
    end
    if is_held or new_expiry_ms > math.max(expiry_ms, period_end_ms) then
      --@include pack_front, put_counter
    end
  end
until not is_behind

slot_end_ms = new_slot_end_ms
local new_state, new_tail = OPEN, sub(held_record, tail_at)
--@include write_reservation, write_all
return DONE .. head .. pack(TIME, end_us)
