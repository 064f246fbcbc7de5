-- Says which rate limits a reservation has not taken from, as its record ends with.
--
-- in: n, m, verdicts (nil, or by the limit's place in the call each that neither admits nor refuses)
-- out: passed_over
local passed_over = ''
if verdicts then
  for i = 1, m do
    if verdicts[n + i] == WOULD_REFUSE then
      passed_over = passed_over .. string.char(i - 1)
    end
  end
end
