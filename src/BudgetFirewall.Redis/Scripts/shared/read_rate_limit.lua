-- Reads what a call asks of a rate limit from the arguments.
--
-- in: i (its place among the rate limits), RATES (the argument that holds RATE_LIMITs)
-- out: algorithm, first, second, third, need, take_hi, take_lo, without_room (as in RATE_LIMIT)
local algorithm, first, second, third, need, take_hi, take_lo, without_room = unpack_bytes(RATE_LIMIT, ARGV[RATES], (i - 1) * RATE_LIMIT_SIZE + 1)
if first > CEILING or second > CEILING or third > CEILING then
  error({err = ARGUMENT .. ' a value of a rate limit is too large'})
end
