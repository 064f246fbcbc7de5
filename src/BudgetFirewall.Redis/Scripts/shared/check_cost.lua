-- Refuses a cost that is no amount. It stands in the argument RECORD in front of the amounts, which begin at AMOUNTS_AT.
local cost_hi, cost_lo = unpack_bytes(AMOUNT, ARGV[RECORD], AMOUNTS_AT - AMOUNT_SIZE)
if cost_lo >= BASE or cost_hi > MAX_HI or (cost_hi == MAX_HI and cost_lo > MAX_LO) then
  refuse('a cost must be below 2^63')
end
