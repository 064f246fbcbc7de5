-- Reads the amount that a reservation's record holds in a counter.
--
-- in: i (the counter's number), held_record
-- out: given_hi, given_lo
local given_hi, given_lo = unpack_bytes(AMOUNT, held_record, RESERVATION_SIZE + 1 + (i - 1) * AMOUNT_SIZE)
