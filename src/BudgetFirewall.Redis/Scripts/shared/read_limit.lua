-- Reads a counter's limit and amount from the arguments.
--
-- in: i (the counter's number), LIMITS (the argument that holds the limits), RECORD (the one in which the amounts follow RECORD_HEAD)
-- out: room_kind, without_room, room_hi, room_lo, period_end_ms (as in LIMIT), amount_hi, amount_lo
local room_kind, without_room, room_hi, room_lo, period_end_ms = unpack_bytes(LIMIT, ARGV[LIMITS], i * LIMIT_SIZE - LIMIT_SIZE + 1)
local amount_hi, amount_lo = unpack_bytes(AMOUNT, ARGV[RECORD], RECORD_HEAD_SIZE + 1 + (i - 1) * AMOUNT_SIZE)
if room_kind > BEYOND or room_lo >= BASE or amount_lo >= BASE
  or amount_hi > MAX_HI or (amount_hi == MAX_HI and amount_lo > MAX_LO) then
  error({err = ARGUMENT .. ' an amount must be below 2^63'})
end
