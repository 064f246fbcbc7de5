#!lua
-- freeze_limit: tells the limit that a budget has for a scope in the present period by its use, as it was set first. Where none is set it tells what was spent
-- in past periods, from which the client works the limit out, to set it by a second call.
--
-- KEYS   1 meta   2 the limit   then, in a call that sets none, the counters of past periods
-- ARGV   1 expected epoch   2 FREEZE_CALL   3 the limit to be set where there is none yet (AMOUNT); empty: none
-- Reply  REPLY, and more:
--        DONE, it was set before: the limit (AMOUNT)   MADE, it is set now: the limit (AMOUNT)   NOT_FOUND: the PAST of each counter
--        WRONG_PERIOD   OTHER_EPOCH, or none
--@prelude
--@include clock, clock_ms
local CALL_SIZE = FREEZE_CALL_SIZE
--@include check_call
local from_ms, until_ms, end_ms = unpack_bytes(FREEZE_CALL, ARGV[2])
local head, given = pack(TIME, now_us), ARGV[3]
if now_ms < from_ms or now_ms >= until_ms then
  return WRONG_PERIOD .. head
end
if end_ms < until_ms or (given ~= '' and #given ~= AMOUNT_SIZE) then
  error({err = ARGUMENT .. ' a limit must be an amount of a period that goes on'})
end
if given ~= '' then
  local limit_hi, limit_lo = unpack_bytes(AMOUNT, given)
  if limit_lo >= BASE or limit_hi > MAX_HI or (limit_hi == MAX_HI and limit_lo > MAX_LO) then
    error({err = ARGUMENT .. ' an amount must be below 2^63'})
  end
end
local values = call('MGET', unpack(KEYS))
--@include meta
if not is_epoch(values[1], ARGV[1]) then
  return OTHER_EPOCH .. head
end
local frozen = values[2]
if frozen then
  if #frozen ~= FROZEN_SIZE or string.byte(frozen) ~= LAYOUT_VERSION then
    error({err = CORRUPT .. ' ' .. KEYS[2]})
  end
  return DONE .. head .. sub(frozen, FROZEN_LIMIT_AT)
end
if given ~= '' then
  if not call('SET', KEYS[2], string.char(LAYOUT_VERSION) .. given, 'PXAT', string.format('%.0f', end_ms), 'NX') then
    error({err = CORRUPT .. ' ' .. KEYS[2]})
  end
  return MADE .. head .. given
end
local past = {}
for k = 3, #KEYS do
  local key, value = KEYS[k], values[k]
  if value then
    if #value < FRONT_SIZE or string.byte(value) ~= LAYOUT_VERSION then
      error({err = CORRUPT .. ' ' .. key})
    end
    past[k - 2] = '\1' .. sub(value, HEAD_SPENT_AT, HEAD_SPENT_AT + AMOUNT_SIZE - 1)
  elseif call('EXISTS', key) == 1 then
    -- MGET answers nil for a key of another type as for a missing one.
    error({err = CORRUPT .. ' ' .. key})
  else
    past[k - 2] = string.rep('\0', PAST_SIZE)
  end
end
return NOT_FOUND .. head .. table.concat(past)
