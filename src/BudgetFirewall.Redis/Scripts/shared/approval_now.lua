-- A function that gives an approval's value as it is now, and its state: one that is pending and past its end has expired. It refuses a value that is none
-- of the store's.
--
-- in: now_us
-- out: approval_now
local function approval_now(value)
  if #value <= APPROVAL_SIZE or string.byte(value) ~= LAYOUT_VERSION then
    error({err = CORRUPT .. ' ' .. KEYS[2]})
  end
  local _, state, _, expires_us = unpack_bytes(APPROVAL, value)
  if state == PENDING and now_us >= expires_us then
    state = EXPIRED
    value = sub(value, 1, APPROVAL_STATE_AT - 1) .. state .. sub(value, APPROVAL_STATE_AT + 1, APPROVAL_DECIDED_US_AT - 1)
      .. pack(TIME, expires_us) .. sub(value, APPROVAL_DECIDED_US_AT + TIME_SIZE)
  end
  return value, state
end
