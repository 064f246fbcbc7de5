-- Reads a counter as it stands now.
--   in   key, value (nil: there is none)
--   out  sh, sl spent   hh, hl held   warned, purged, expiry, next_end as in a head   first_end, fh, fl the first slot
--        rest: the slots behind the first where they have changed, nil where they are as in the value
local version, sh, sl, hh, hl, warned, purged, expiry, next_end, first_end, fh, fl = 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
local rest = nil
if value then
  local size = #value
  if size < FRONT_SIZE or (size - HEAD_SIZE) % SLOT_SIZE ~= 0 then
    corrupt(key)
  end
  version, sh, sl, hh, hl, warned, purged, expiry, next_end, first_end, fh, fl = unpack_bytes(FRONT, value)
  if version ~= 1 or sl >= BASE or hl >= BASE
    or sh >= MAX_HI and (sh > MAX_HI or sl > MAX_LO) or hh >= MAX_HI and (hh > MAX_HI or hl > MAX_LO) then
    corrupt(key)
  end
  if next_end ~= 0 and next_end <= now_ms then
    -- Slots that have ended are given back and freed. The watermark `purged` remembers them, so that after the clock went backwards
    -- nobody gives the same hold back again out of a slot that others use by then.
    local kept, count = {}, 0
    next_end = 0
    for at = HEAD_SIZE + 1, size, SLOT_SIZE do
      local slot_end, xh, xl = unpack_bytes(SLOT, value, at)
      local is_used = xh > 0 or xl > 0
      if slot_end > now_ms then
        count = count + 1
        kept[count] = sub(value, at, at + SLOT_SIZE - 1)
        if is_used and (next_end == 0 or slot_end < next_end) then
          next_end = slot_end
        end
      elseif is_used then
        hh, hl = hh - xh, hl - xl
        if hl < 0 then
          hh, hl = hh - 1, hl + BASE
        end
        if hh < 0 then
          hh, hl = 0, 0
        end
        if slot_end > purged then
          purged = slot_end
        end
      end
    end
    local slots = table.concat(kept) .. string.rep('\0', size - HEAD_SIZE - count * SLOT_SIZE)
    first_end, fh, fl = unpack_bytes(SLOT, slots)
    rest = sub(slots, SLOT_SIZE + 1)
  end
elseif call('EXISTS', key) == 1 then
  -- MGET answers nil for a key of another type as for a missing one; writing would replace what is not ours to replace.
  corrupt(key)
end
