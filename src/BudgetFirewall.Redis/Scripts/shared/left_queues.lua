-- Says what a reservation has left each queue at, as its record ends with before the turn. A commit of less gives back only where nobody has taken since.
--
-- in: throttle_count (how many of the rate limits, the last ones, no commit settles)
-- in: n, m, writes, RATES, verdicts (nil, or by the limit's place in the call each that neither admits nor refuses)
-- changes: turn
local left, taken_count = '', 0
for i = 1, m - throttle_count do
  local k = n + 2 + i
  if not verdicts or verdicts[n + i] ~= WOULD_REFUSE then
    local algorithm = unpack_bytes(RATE_LIMIT, ARGV[RATES], (i - 1) * RATE_LIMIT_SIZE + 1)
    if writes[k] and algorithm == LEAKY_BUCKET then
      left = left .. string.char(LEFT_MARK, taken_count) .. sub(writes[k], BUCKET_MICROS_AT, BUCKET_EXPIRY_MS_AT - 1)
    end
    taken_count = taken_count + 1
  end
end
if left ~= '' then
  turn = left .. (turn ~= '' and turn or pack(TURN, TURN_MARK, 0, 0))
end
