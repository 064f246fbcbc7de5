-- Reads a counter's limit and amount from the arguments.
--   in   i the counter's number   LIMITS the argument that holds the limits, RECORD the one whose AMOUNTS_AT the amounts begin at
--   out  room_kind, rh, rl   period_end   ah, al
local room_kind, rh, rl, period_end = unpack_bytes(LIMIT, ARGV[LIMITS], i * LIMIT_SIZE - LIMIT_SIZE + 1)
local ah, al = unpack_bytes(AMOUNT, ARGV[RECORD], AMOUNTS_AT + (i - 1) * AMOUNT_SIZE)
if room_kind > NOTHING or rl >= BASE or al >= BASE or ah > MAX_HI or (ah == MAX_HI and al > MAX_LO) then
  refuse('an amount must be below 2^63')
end
