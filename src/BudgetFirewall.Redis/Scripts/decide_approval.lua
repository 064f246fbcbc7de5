#!lua
-- decide_approval: ends a pending approval. What is approved is added to the allowance of its counter in its period.
--
-- KEYS   1 meta   2 the approvals   3 their list   4 when they end or are forgotten   5 what was asked for the counter last
--        6 the pending approvals of the budget   7 the counter
-- ARGV   1 expected epoch   2 DECIDE_APPROVAL_CALL   3 the approval's id   4 who ends it and why: JSON
-- Reply  a list. Its first is REPLY, and more:
--        DONE: the approval   REPLAYED, ended by this call before: the approval   CONFLICT, it had ended: the approval   NOT_FOUND
--        OVERFLOW, the allowance would be above what a limit may be: the approval   OTHER_EPOCH, or none
--        Then id and value of each approval that has expired meanwhile
-- Ledger with one, the stream is the last of KEYS, and what the client says of the entry the last of ARGV
--@prelude
--@entry take_entry
--@include clock, clock_ms
local CALL_SIZE = DECIDE_APPROVAL_CALL_SIZE
--@include check_call, meta, foreign, approval_now, approval_place, keep_key
local new_state, fingerprint, amount_hi, amount_lo, silence_us, retention_us, period_end_ms = unpack_bytes(DECIDE_APPROVAL_CALL, ARGV[2])
local head, id = pack(TIME, now_us), ARGV[3]
if not string.find(APPROVED .. NOT_APPROVED .. CANCELLED, new_state, 1, true) or silence_us > MAX_SPAN_US or retention_us > MAX_SPAN_US or ARGV[4] == '' then
  error({err = ARGUMENT .. ' a state or a time is out of range'})
end
if amount_lo >= BASE or (new_state == APPROVED) == (amount_hi == 0 and amount_lo == 0) then
  error({err = ARGUMENT .. ' an approval, and nothing else, has an amount'})
end
if not is_epoch(own_value(KEYS[1], redis.pcall('GET', KEYS[1])), ARGV[1]) then
  return {OTHER_EPOCH .. head}
end
own_value(KEYS[6], redis.pcall('ZCARD', KEYS[6]))
--@include due_approvals
local approval = expired[id] or own_value(KEYS[2], redis.pcall('HGET', KEYS[2], id))
local reply, ended = NOT_FOUND .. head, nil
if approval then
  local present, state = approval_now(approval)
  if present ~= approval then
    expired[id], approval = present, present
  end
  local _, _, asked_us, expires_us, _, _, _, _, ended_by, frozen_size = unpack_bytes(APPROVAL, approval)
  if state ~= PENDING then
    reply = (ended_by == fingerprint and REPLAYED or CONFLICT) .. head .. approval
  else
    local kept_us = now_us + math.max(retention_us, silence_us)
    ended = {kept_ms = math.ceil(kept_us / 1000)}
    ended.value = pack(APPROVAL, LAYOUT_VERSION, new_state, asked_us, expires_us, kept_us, now_us, amount_hi, amount_lo, fingerprint, frozen_size)
      .. sub(approval, APPROVAL_SIZE + 1, APPROVAL_SIZE + frozen_size) .. ARGV[4]
    reply = DONE .. head .. ended.value
  end
end
--@include plan
if ended and new_state == APPROVED then
  local k, key, given_hi, given_lo, limit_hi, limit_lo, is_revocation = 7, KEYS[7], amount_hi, amount_lo, 0, 0, 0
  local value = own_value(key, redis.pcall('GET', key))
  --@include read_counter, total, move_allowance
  if is_too_much then
    reply, ended = OVERFLOW .. head .. approval, nil
  else
    local new_expiry_ms = math.max(expiry_ms, period_end_ms)
    --@include pack_front, put_counter
    --@entry entry_of_approval, append_entry
  end
end
--@include put_away_approvals
if ended then
  call('HSET', KEYS[2], id, ended.value)
  call('ZADD', KEYS[4], string.format('%.0f', ended.kept_ms), id)
  call('ZREM', KEYS[6], id)
  keep_key(KEYS[2], ended.kept_ms)
  keep_key(KEYS[3], ended.kept_ms)
  keep_key(KEYS[4], ended.kept_ms)
  if silence_us > 0 then
    call('SET', KEYS[5], pack(LAST_ASKED, LAYOUT_VERSION, id, now_us + silence_us), 'PXAT', string.format('%.0f', ended.kept_ms))
  end
  --@include write_all
end
--@include reply_of_approvals
return parts
