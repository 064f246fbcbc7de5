#!lua
-- reset: sets what a counter has spent in its present period to zero and arms its warnings again. Holds stay, and so does an allowance, unless the period does
-- not end: then it ends with the reset.
--
-- KEYS   1 meta   2 the counter   3 the record of this reset: repeated, it must not take away what was spent since
-- ARGV   1 expected epoch   2 the WINDOW in which the counter's key is that of the present period
-- Reply  REPLY:  DONE   WRONG_PERIOD   OTHER_EPOCH, or none
-- Ledger with one, the stream is the last of KEYS, and what the client says of the entry the last of ARGV
--@prelude
--@entry take_entry
--@include clock, clock_ms
local CALL_SIZE = WINDOW_SIZE
--@include check_call
local from_ms, until_ms = unpack_bytes(WINDOW, ARGV[2])
local head = pack(TIME, now_us)
if now_ms < from_ms or now_ms >= until_ms then
  return WRONG_PERIOD .. head
end
local values = call('MGET', unpack(KEYS))
if values[3] then
  return DONE .. head
end
--@include meta
if not is_epoch(values[1], ARGV[1]) then
  return OTHER_EPOCH .. head
end
local key, value = KEYS[2], values[2]
--@include read_counter
if value then
  if not call('SET', KEYS[3], RESET_RECORD, 'PX', '60000', 'NX') then
    error({err = CORRUPT .. ' ' .. KEYS[3]})
  end
  --@entry entry_of_reset, append_entry
  spent_hi, spent_lo, warned = 0, 0, 0
  if expiry_ms == 0 then
    allowance_hi, allowance_lo = 0, 0
  end
  local new_expiry_ms = expiry_ms
  --@include pack_front
  call('SETRANGE', key, '0', rest and front .. rest or front)
end
return DONE .. head
