-- Refuses a cost that is no amount.
--
-- in: RECORD (the argument that begins as RECORD_HEAD)
local cost_hi, cost_lo = unpack_bytes(AMOUNT, ARGV[RECORD], RECORD_HEAD_COST_AT)
if cost_lo >= BASE or cost_hi > MAX_HI or (cost_hi == MAX_HI and cost_lo > MAX_LO) then
  error({err = ARGUMENT .. ' a cost must be below 2^63'})
end
