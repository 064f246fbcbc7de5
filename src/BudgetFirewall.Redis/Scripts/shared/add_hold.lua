-- Adds an amount to what a counter holds, in the slot of an end, which becomes the first.
--
-- in: value, slot_end_ms, amount_hi, amount_lo
-- changes: held_hi, held_lo, next_end_ms, first_end_ms, first_hi, first_lo, rest (of a counter read)
held_hi, held_lo = held_hi + amount_hi, held_lo + amount_lo
if held_lo >= BASE then
  held_hi, held_lo = held_hi + 1, held_lo - BASE
end
if next_end_ms == 0 or slot_end_ms < next_end_ms then
  next_end_ms = slot_end_ms
end
if first_end_ms == 0 then
  first_end_ms, first_hi, first_lo = slot_end_ms, amount_hi, amount_lo
elseif first_end_ms == slot_end_ms then
  first_hi, first_lo = first_hi + amount_hi, first_lo + amount_lo
else
  local others = pack(SLOT, first_end_ms, first_hi, first_lo) .. (rest or sub(value, FRONT_SIZE + 1))
  local replaced_at = nil
  first_end_ms, first_hi, first_lo = slot_end_ms, amount_hi, amount_lo
  for other_at = SLOT_SIZE + 1, #others, SLOT_SIZE do
    local other_end_ms, other_hi, other_lo = unpack_bytes(SLOT, others, other_at)
    if other_end_ms == slot_end_ms then
      replaced_at, first_hi, first_lo = other_at, first_hi + other_hi, first_lo + other_lo
      break
    elseif other_end_ms == 0 and not replaced_at then
      replaced_at = other_at
    end
  end
  rest = replaced_at and sub(others, 1, replaced_at - 1) .. sub(others, replaced_at + SLOT_SIZE) or others
end
if first_lo >= BASE then
  first_hi, first_lo = first_hi + 1, first_lo - BASE
end
