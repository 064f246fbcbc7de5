-- Adds an amount to what a counter holds, in the slot of an end, which becomes the first.
--   in, out  hh, hl, next_end, first_end, fh, fl, rest of a counter read   in  value, slot_end, ah, al the amount
hh, hl = hh + ah, hl + al
if hl >= BASE then
  hh, hl = hh + 1, hl - BASE
end
if next_end == 0 or slot_end < next_end then
  next_end = slot_end
end
if first_end == 0 then
  first_end, fh, fl = slot_end, ah, al
elseif first_end == slot_end then
  fh, fl = fh + ah, fl + al
else
  local others = pack(SLOT, first_end, fh, fl) .. (rest or sub(value, FRONT_SIZE + 1))
  local replaced = nil
  first_end, fh, fl = slot_end, ah, al
  for at = SLOT_SIZE + 1, #others, SLOT_SIZE do
    local other_end, xh, xl = unpack_bytes(SLOT, others, at)
    if other_end == slot_end then
      replaced, fh, fl = at, fh + xh, fl + xl
      break
    elseif other_end == 0 and not replaced then
      replaced = at
    end
  end
  rest = replaced and sub(others, 1, replaced - 1) .. sub(others, replaced + SLOT_SIZE) or others
end
if fl >= BASE then
  fh, fl = fh + 1, fl - BASE
end
