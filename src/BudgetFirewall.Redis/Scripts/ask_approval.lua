#!lua
-- ask_approval: gives for each counter that has refused a call the approval that is pending, or makes one.
--
-- KEYS   1 meta   2 the approvals   3 their list   4 when they end or are forgotten, a sorted set of ids by that time (ms)
--        then, of each counter: the counter, what was asked for it last, and the pending approvals of its budget, a sorted set of ids by their end (ms)
-- ARGV   1 expected epoch   2 ASK_CALL   3 an ASK for each counter   then, of each counter, the id of an approval that is made, and what is frozen: JSON
-- Reply  a list. Its first is REPLY, and more:
--        DONE: the ASKED of each counter   OTHER_EPOCH, or none
--        Then id and value of each approval that has expired meanwhile
--@prelude
--@include clock, clock_ms
local CALL_SIZE, FIRST_KEY, FIRST_ID = ASK_CALL_SIZE, 5, 4
--@include check_call, meta, foreign, approval_now, approval_place, keep_key
local lifetime_us, retention_us, max_pending = unpack_bytes(ASK_CALL, ARGV[2])
local head, n = pack(TIME, now_us), (#ARGV - FIRST_ID + 1) / 2
if lifetime_us < 1 or lifetime_us > MAX_SPAN_US or retention_us > MAX_SPAN_US or #KEYS ~= FIRST_KEY - 1 + 3 * n or #ARGV[3] ~= n * ASK_SIZE then
  error({err = ARGUMENT .. ' arguments do not fit the keys'})
end
if not is_epoch(own_value(KEYS[1], redis.pcall('GET', KEYS[1])), ARGV[1]) then
  return {OTHER_EPOCH .. head}
end
--@include due_approvals
local asked, made = {}, {}
for i = 1, n do
  local k = FIRST_KEY + 3 * (i - 1)
  local from_ms, end_ms, allowance_hi, allowance_lo = unpack_bytes(ASK, ARGV[3], (i - 1) * ASK_SIZE + 1)
  local id, json = ARGV[FIRST_ID + 2 * (i - 1)], ARGV[FIRST_ID + 2 * i - 1]
  if #id ~= APPROVAL_ID_SIZE or not string.find(id, '^[0-9a-f]+$') or json == '' then
    error({err = ARGUMENT .. ' an approval must have an id of hexadecimal digits'})
  end
  local counter = own_value(KEYS[k], redis.pcall('GET', KEYS[k]))
  if counter and (#counter < FRONT_SIZE or string.byte(counter) ~= LAYOUT_VERSION) then
    error({err = CORRUPT .. ' ' .. KEYS[k]})
  end
  local present_hi, present_lo = 0, 0
  if counter then
    present_hi, present_lo = unpack_bytes(AMOUNT, counter, HEAD_ALLOWANCE_AT)
  end
  local last = own_value(KEYS[k + 1], redis.pcall('GET', KEYS[k + 1]))
  if last and (#last ~= LAST_ASKED_SIZE or string.byte(last) ~= LAYOUT_VERSION) then
    error({err = CORRUPT .. ' ' .. KEYS[k + 1]})
  end
  local last_id, silent_until_us, last_state = nil, 0, nil
  if last then
    local _
    _, last_id, silent_until_us = unpack_bytes(LAST_ASKED, last)
    local value = expired[last_id] or call('HGET', KEYS[2], last_id)
    if value then
      local present
      present, last_state = approval_now(value)
      -- One that is not due among the first has expired all the same: its counter gets another one now, and a clock that is set back must not wake both.
      if present ~= value then
        expired[last_id] = present
      end
    end
  end
  local pending = own_value(KEYS[k + 2], redis.pcall('ZCOUNT', KEYS[k + 2], string.format('(%.0f', now_ms), '+inf'))
  if now_ms < from_ms or (end_ms > 0 and now_ms >= end_ms) or present_hi ~= allowance_hi or present_lo ~= allowance_lo then
    asked[i] = pack(ASKED, IS_OUTDATED, id)
  elseif last_state == PENDING then
    asked[i] = pack(ASKED, IS_PENDING, last_id)
  elseif silent_until_us > now_us or pending >= max_pending then
    asked[i] = pack(ASKED, IS_NOT, id)
  else
    local expires_us = now_us + lifetime_us
    if end_ms > 0 and end_ms * 1000 < expires_us then
      expires_us = end_ms * 1000
    end
    asked[i] = pack(ASKED, IS_PENDING, id)
    made[#made + 1] = {json = json, k = k, id = id, expires_us = expires_us, kept_us = expires_us + retention_us}
  end
end
--@include put_away_approvals
for _, one in ipairs(made) do
  local expires_ms, kept_ms = math.ceil(one.expires_us / 1000), math.ceil(one.kept_us / 1000)
  local value = pack(APPROVAL, LAYOUT_VERSION, PENDING, now_us, one.expires_us, one.kept_us, 0, 0, 0, string.rep('\0', 16), #one.json) .. one.json
  call('HSET', KEYS[2], one.id, value)
  call('ZADD', KEYS[3], '0', approval_place(now_us, one.id))
  call('ZADD', KEYS[4], string.format('%.0f', expires_ms), one.id)
  call('SET', KEYS[one.k + 1], pack(LAST_ASKED, LAYOUT_VERSION, one.id, 0), 'PXAT', string.format('%.0f', kept_ms))
  call('ZREMRANGEBYSCORE', KEYS[one.k + 2], '-inf', string.format('%.0f', now_ms))
  call('ZADD', KEYS[one.k + 2], string.format('%.0f', expires_ms), one.id)
  keep_key(KEYS[2], kept_ms)
  keep_key(KEYS[3], kept_ms)
  keep_key(KEYS[4], kept_ms)
  keep_key(KEYS[one.k + 2], expires_ms)
end
local reply = DONE .. head .. table.concat(asked)
--@include reply_of_approvals
return parts
