-- room_cases: tells of each case whether there is room, and whether a total would not be below 2^63.
--
-- ARGV   1 cases, each of room's kind, room, spent, held and the amount
-- Reply  two characters for each case:  x no room   v a total too large   . otherwise
--@prelude
local CASE = '<I1I5I4I5I4I5I4I5I4'
local answers, case_at = {}, 1
while case_at <= #ARGV[1] do
  local room_kind, room_hi, room_lo, spent_hi, spent_lo, held_hi, held_lo, amount_hi, amount_lo, next_at = unpack_bytes(CASE, ARGV[1], case_at)
  local without_room = REFUSES
  --@include total, judge_budget, overflow
  answers[#answers + 1] = (verdict == REFUSES and 'x' or '.') .. (is_over and 'v' or '.')
  case_at = next_at
end
return table.concat(answers)
