-- Reads a counter as it stands now.
--
-- in: key, value (nil: there is none), now_ms
-- out: spent_hi, spent_lo, held_hi, held_lo, allowance_hi, allowance_lo, warned, purged_ms, expiry_ms, next_end_ms (as in HEAD)
-- out: first_end_ms, first_hi, first_lo (the first slot)
-- out: rest (the slots behind the first where they have changed; nil: they are as in the value)
local spent_hi, spent_lo, held_hi, held_lo, allowance_hi, allowance_lo, warned, purged_ms, expiry_ms, next_end_ms = 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
local first_end_ms, first_hi, first_lo, rest = 0, 0, 0, nil
if value then
  local size = #value
  local version
  if size < FRONT_SIZE or (size - HEAD_SIZE) % SLOT_SIZE ~= 0 then
    error({err = CORRUPT .. ' ' .. key})
  end
  version, spent_hi, spent_lo, held_hi, held_lo, allowance_hi, allowance_lo, warned, purged_ms, expiry_ms, next_end_ms, first_end_ms, first_hi, first_lo
    = unpack_bytes(FRONT, value)
  if version ~= LAYOUT_VERSION or spent_lo >= BASE or held_lo >= BASE or allowance_lo >= BASE
    or allowance_hi >= MAX_ALLOWANCE_HI and (allowance_hi > MAX_ALLOWANCE_HI or allowance_lo > 0)
    or spent_hi >= MAX_HI and (spent_hi > MAX_HI or spent_lo > MAX_LO) or held_hi >= MAX_HI and (held_hi > MAX_HI or held_lo > MAX_LO) then
    error({err = CORRUPT .. ' ' .. key})
  end
  if next_end_ms ~= 0 and next_end_ms <= now_ms then
    -- Slots that have ended are given back and freed. The watermark `purged_ms` remembers them, so that after the clock went backwards
    -- nobody gives the same hold back again out of a slot that others use by then.
    local kept, kept_count = {}, 0
    next_end_ms = 0
    for slot_at = HEAD_SIZE + 1, size, SLOT_SIZE do
      local used_end_ms, used_hi, used_lo = unpack_bytes(SLOT, value, slot_at)
      local is_used = used_hi > 0 or used_lo > 0
      if used_end_ms > now_ms then
        kept_count = kept_count + 1
        kept[kept_count] = sub(value, slot_at, slot_at + SLOT_SIZE - 1)
        if is_used and (next_end_ms == 0 or used_end_ms < next_end_ms) then
          next_end_ms = used_end_ms
        end
      elseif is_used then
        held_hi, held_lo = held_hi - used_hi, held_lo - used_lo
        if held_lo < 0 then
          held_hi, held_lo = held_hi - 1, held_lo + BASE
        end
        if held_hi < 0 then
          held_hi, held_lo = 0, 0
        end
        if used_end_ms > purged_ms then
          purged_ms = used_end_ms
        end
      end
    end
    local slots = table.concat(kept) .. string.rep('\0', size - HEAD_SIZE - kept_count * SLOT_SIZE)
    first_end_ms, first_hi, first_lo = unpack_bytes(SLOT, slots)
    rest = sub(slots, SLOT_SIZE + 1)
  end
elseif call('EXISTS', key) == 1 then
  -- MGET answers nil for a key of another type as for a missing one; writing would replace what is not ours to replace.
  error({err = CORRUPT .. ' ' .. key})
end
