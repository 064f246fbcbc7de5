-- Reads what a call asks of a rate limit from the arguments.
--
-- in: i (its place among the rate limits), RATES (the argument that holds RATE_LIMITs), adaptives (how many of the rate limits are adaptive)
-- out: algorithm, first, second, third, need, take_hi, take_lo, without_room, adaptive (as in RATE_LIMIT)
-- out: grows (an adaptive limit grows where the call is done: it takes something)
local algorithm, first, second, third, need, take_hi, take_lo, without_room, adaptive = unpack_bytes(RATE_LIMIT, ARGV[RATES], (i - 1) * RATE_LIMIT_SIZE + 1)
if first > CEILING or second > CEILING or third > CEILING or adaptive > adaptives then
  error({err = ARGUMENT .. ' a value of a rate limit is too large'})
end
local grows = take_hi > 0 or take_lo > 0
