-- Reads the record in KEYS[2] that belongs to a call.
--
-- in: held_record (nil: there is none), first_end_us, n (what the call says of it)
-- out: is_found (false where there is none, or it is that of a spend or charge, or of another reservation that has taken the id since)
-- out: state, made_us, end_us, slot_end_ms, keep_until_us, record_keep_us (as in RESERVATION), tail_at (where the record goes on behind the amounts held)
local is_found = false
local state, made_us, named_end_us, end_us, slot_end_ms, keep_until_us, record_keep_us, counters
local tail_at = RESERVATION_SIZE + 1 + n * AMOUNT_SIZE
if held_record then
  local kind = sub(held_record, 1, 1)
  if kind == RESERVATION_RECORD and #held_record >= RESERVATION_SIZE then
    state = sub(held_record, 2, 2)
    made_us, named_end_us, end_us, slot_end_ms, keep_until_us, record_keep_us, counters = unpack_bytes(TIMES, held_record, RESERVATION_TIMES_AT)
    is_found = named_end_us == first_end_us
    if is_found and (counters ~= n or #held_record < tail_at - 1) then
      error({err = CORRUPT .. ' ' .. KEYS[2]})
    end
  elseif kind ~= SPEND_RECORD and kind ~= CHARGE_RECORD then
    error({err = CORRUPT .. ' ' .. KEYS[2]})
  end
elseif call('EXISTS', KEYS[2]) == 1 then
  error({err = CORRUPT .. ' ' .. KEYS[2]})
end
