-- Does what check, reserve, spend and charge do first. The period comes before the operation's record only so that readings are of the present
-- period: the client repeats the call at once under the right keys. An id that a set may have is looked for first, as the client may repeat the
-- call with another set, or with none.
--
-- in: RECORD, LIMITS, RATES (arguments), now_us, now_ms
-- in: NOTED (an id that may be in a set; nil: there is no set), SET (the key of the set, which may be in the place of the record)
-- out: n (counters), m (rate limits), adaptives (how many of those are adaptive)
-- out: throttle_count (how many of those, the last ones, are queues of throttled budgets)
-- out: values (of all keys), head (the server's time as replies carry it)
-- out: status (nil: the call has not been done before)
-- out: is_above, is_passed (nil, or which throttled budgets have no room and which queues are not asked)
local from_ms, until_ms, n, adaptives = unpack_bytes(DECISION_CALL, ARGV[2])
local m = #KEYS - 2 - n - adaptives
local head = pack(TIME, now_us)
local is_outside = now_ms < from_ms or now_ms >= until_ms
if is_outside and not (NOTED and (call('SISMEMBER', SET, NOTED) == 1 or (SET ~= KEYS[2] and call('EXISTS', KEYS[2]) == 1))) then
  return WRONG_PERIOD .. head
end
local throttle_count = (#ARGV[LIMITS] - n * LIMIT_SIZE) / THROTTLE_SIZE
if #ARGV[RECORD] < RECORD_HEAD_SIZE + n * AMOUNT_SIZE or throttle_count < 0 or throttle_count > m or throttle_count % 1 ~= 0 or m < adaptives
  or #ARGV[RATES] ~= m * RATE_LIMIT_SIZE + adaptives * ADAPTIVE_SIZE then
  error({err = ARGUMENT .. ' arguments do not fit the keys'})
end
local values, status = call('MGET', unpack(KEYS)), nil
local is_other = values[1] ~= ARGV[1]
if values[2] or is_outside or (is_other and NOTED and call('SISMEMBER', SET, NOTED) == 1) then
  status = REPLAYED
elseif is_other then
  --@include meta
  return is_epoch(values[1], ARGV[1]) and STALE_CATALOG .. head or OTHER_EPOCH .. head
end
--@include ask_queues
