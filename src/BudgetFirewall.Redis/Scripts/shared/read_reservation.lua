-- Reads the record in KEYS[2] that belongs to a call.
--   in   held: the record or nil   first_end_us, n: what the call says of it
--   out  is_found: false where there is none, or it is that of a spend or charge, or of another reservation that has taken the id since: one is
--        named by its id and the end of its lease as first given   state, expires_us, slot_end, keep_until, record_keep   tail: where the rest begins
local is_found, state, first, expires_us, slot_end, keep_until, record_keep, count = false
local tail = AMOUNTS_HELD_AT + n * AMOUNT_SIZE
if held then
  local kind = sub(held, 1, 1)
  if kind == 'R' and #held >= AMOUNTS_HELD_AT - 1 then
    state = sub(held, 2, 2)
    first, expires_us, slot_end, keep_until, record_keep, count = unpack_bytes(TIMES, held, TIMES_AT)
    is_found = first == first_end_us
    if is_found and (count ~= n or #held < tail - 1) then
      corrupt(KEYS[2])
    end
  elseif kind ~= 'S' and kind ~= 'G' then
    corrupt(KEYS[2])
  end
elseif call('EXISTS', KEYS[2]) == 1 then
  corrupt(KEYS[2])
end
