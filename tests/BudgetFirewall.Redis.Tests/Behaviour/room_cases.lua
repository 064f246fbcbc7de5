-- room_cases: tells of each case whether there is room, whether a total would not be below 2^63, and whether a fraction of limit and allowance is reached.
--
-- ARGV   1 cases, each of room's kind, room, spent, held, allowance, the amount, the budget's limit and a fraction (millionths)
-- Reply  three characters for each case:  x no room   v a total too large   w spent has reached the fraction   . otherwise
--@prelude
local CASE = '<I1I5I4I5I4I5I4I5I4I5I4c9I4'
local answers, case_at = {}, 1
while case_at <= #ARGV[1] do
  local room_kind, room_hi, room_lo, spent_hi, spent_lo, held_hi, held_lo, allowance_hi, allowance_lo, amount_hi, amount_lo, warnings, fraction, next_at
    = unpack_bytes(CASE, ARGV[1], case_at)
  local without_room = REFUSES
  --@include total, judge_budget, overflow
  local least_hi, least_lo
  --@include raise_threshold
  local is_reached = spent_hi > least_hi or (spent_hi == least_hi and spent_lo >= least_lo)
  answers[#answers + 1] = (verdict == REFUSES and 'x' or '.') .. (is_over and 'v' or '.') .. (is_reached and 'w' or '.')
  case_at = next_at
end
return table.concat(answers)
