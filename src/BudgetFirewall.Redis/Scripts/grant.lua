#!lua
-- grant: raises the allowance of a counter in its present period, or takes it back as far as it is neither spent nor held. Fires no warning.
--
-- KEYS   1 meta   2 the operation's record   3 the counter
-- ARGV   1 expected epoch   2 GRANT_CALL   3 the time for which the id is remembered (ms, digits)
-- Reply  REPLY, and more:
--        DONE, REPLAYED, done before, in whatever period: the amount moved (AMOUNT), the FRONT of the counter
--        CONFLICT, done before with other content   OVERFLOW, the allowance would be more than a limit may be   WRONG_PERIOD   OTHER_EPOCH, or none
-- Ledger with one, the stream is the last of KEYS, and what the client says of the entry the last of ARGV
--@prelude
--@entry take_entry
--@include clock, clock_ms
local CALL_SIZE, LIFE, delay_us = GRANT_CALL_SIZE, 3, 0
--@include check_call
local from_ms, until_ms, period_end_ms, is_revocation, fingerprint, given_hi, given_lo, limit_hi, limit_lo = unpack_bytes(GRANT_CALL, ARGV[2])
local head = pack(TIME, now_us)
if given_lo >= BASE or given_hi > MAX_ALLOWANCE_HI or (given_hi == MAX_ALLOWANCE_HI and given_lo > 0) or (given_hi == 0 and given_lo == 0)
  or limit_lo >= BASE or limit_hi > MAX_HI or (limit_hi == MAX_HI and limit_lo > MAX_LO) then
  error({err = ARGUMENT .. ' an allowance must be an amount above 0, and a limit an amount'})
end
if (period_end_ms > 0 and period_end_ms < until_ms) or is_revocation > 1 or not string.find(ARGV[LIFE], '^[1-9]%d?%d?%d?%d?%d?%d?%d?%d?%d?%d?%d?$') then
  error({err = ARGUMENT .. ' a time is out of range'})
end

local values = call('MGET', unpack(KEYS))
local held_record, key, value = values[2], KEYS[3], values[3]
--@include read_counter
if held_record then
  local kind, recorded, moved_hi, moved_lo = unpack_bytes(ALLOWANCE_CHANGE, held_record .. string.rep('\0', ALLOWANCE_CHANGE_SIZE))
  if #held_record ~= ALLOWANCE_CHANGE_SIZE or kind ~= ALLOWANCE_RECORD then
    error({err = CORRUPT .. ' ' .. KEYS[2]})
  end
  -- An id that a client has made up has no fingerprint: only a caller that got it from the exception of its own call can repeat it.
  if recorded ~= fingerprint and recorded ~= string.rep('\0', #recorded) then
    return CONFLICT .. head
  end
  local new_expiry_ms = expiry_ms
  --@include pack_front
  return REPLAYED .. head .. pack(AMOUNT, moved_hi, moved_lo) .. front
end
if now_ms < from_ms or now_ms >= until_ms then
  return WRONG_PERIOD .. head
end
--@include meta
if not is_epoch(values[1], ARGV[1]) then
  return OTHER_EPOCH .. head
end
--@include total, move_allowance
if is_too_much then
  return OVERFLOW .. head
end
--@include plan
local record = pack(ALLOWANCE_CHANGE, ALLOWANCE_RECORD, fingerprint, moved_hi, moved_lo)
local answer
do
  local k, new_expiry_ms = 3, math.max(expiry_ms, period_end_ms)
  --@include pack_front
  answer = DONE .. head .. pack(AMOUNT, moved_hi, moved_lo) .. front
  if moved_hi > 0 or moved_lo > 0 then
    --@include put_counter
  end
end
--@include write_record
--@entry entry_of_grant, append_entry
--@include write_all
return answer
