-- Takes an amount out of what a counter holds, from the slot of an end. A slot that was given back already is left alone,
-- and so is a slot that the counter does not have: its key was made anew.
--
-- in: value, purged_ms, first_end_ms (of a counter read), slot_end_ms, given_hi, given_lo (the amount)
-- changes: held_hi, held_lo, first_hi, first_lo, rest (of the counter)
if value and slot_end_ms > purged_ms then
  local other_at, others = 0, nil
  local left_hi, left_lo = first_hi, first_lo
  if first_end_ms ~= slot_end_ms then
    others, left_hi, left_lo = rest or sub(value, FRONT_SIZE + 1), 0, 0
    other_at = 1
    while other_at <= #others do
      local other_end_ms, other_hi, other_lo = unpack_bytes(SLOT, others, other_at)
      if other_end_ms == slot_end_ms then
        left_hi, left_lo = other_hi, other_lo
        break
      end
      other_at = other_at + SLOT_SIZE
    end
  end
  local removed_hi, removed_lo = given_hi, given_lo
  if removed_hi > left_hi or (removed_hi == left_hi and removed_lo > left_lo) then
    removed_hi, removed_lo = left_hi, left_lo
  end
  left_hi, left_lo, held_hi, held_lo = left_hi - removed_hi, left_lo - removed_lo, held_hi - removed_hi, held_lo - removed_lo
  if left_lo < 0 then
    left_hi, left_lo = left_hi - 1, left_lo + BASE
  end
  if held_lo < 0 then
    held_hi, held_lo = held_hi - 1, held_lo + BASE
  end
  if held_hi < 0 then
    held_hi, held_lo = 0, 0
  end
  if not others then
    first_hi, first_lo = left_hi, left_lo
  elseif other_at <= #others then
    rest = sub(others, 1, other_at - 1) .. pack(SLOT, slot_end_ms, left_hi, left_lo) .. sub(others, other_at + SLOT_SIZE)
  end
end
