-- Takes an amount out of what a counter holds, from the slot of an end. A slot that was given back already is left alone,
-- and so is a slot that the counter does not have: its key was made anew.
--   in, out  hh, hl, fh, fl, rest of a counter read   in  value, purged, first_end, slot_end, xh, xl the amount
if value and slot_end > purged then
  local at, others = 0, nil
  local gh, gl = fh, fl
  if first_end ~= slot_end then
    others, gh, gl = rest or sub(value, FRONT_SIZE + 1), 0, 0
    at = 1
    while at <= #others do
      local other_end, oh, ol = unpack_bytes(SLOT, others, at)
      if other_end == slot_end then
        gh, gl = oh, ol
        break
      end
      at = at + SLOT_SIZE
    end
  end
  local rh, rl = xh, xl
  if rh > gh or (rh == gh and rl > gl) then
    rh, rl = gh, gl
  end
  gh, gl, hh, hl = gh - rh, gl - rl, hh - rh, hl - rl
  if gl < 0 then
    gh, gl = gh - 1, gl + BASE
  end
  if hl < 0 then
    hh, hl = hh - 1, hl + BASE
  end
  if hh < 0 then
    hh, hl = 0, 0
  end
  if not others then
    fh, fl = gh, gl
  elseif at <= #others then
    rest = sub(others, 1, at - 1) .. pack(SLOT, slot_end, gh, gl) .. sub(others, at + SLOT_SIZE)
  end
end
