-- Says which rate limits a reservation has not taken from, as its record ends with.
--
-- in: n, m, shadows (true by the number of each limit that would have refused; nil where none would)
-- out: passed_over
local passed_over = ''
if shadows then
  for i = 1, m do
    if shadows[n + i] then
      passed_over = passed_over .. string.char(i - 1)
    end
  end
end
