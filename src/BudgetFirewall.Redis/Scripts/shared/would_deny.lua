-- Begins the reply of a call that is done: where shadow limits would have refused it or it has to wait, with the verdict of each limit.
--
-- in: head, n, m, shadows (true by the number of each limit that would have refused; nil where none would), delays, delay_us, now_us
-- out: front_of_reply
local front_of_reply = DONE .. head
if shadows or delays then
  local letters = {}
  for i = 1, n + m do
    letters[i] = shadows and shadows[i] and WOULD_REFUSE or delays and delays[i] and DELAYS or ADMITS
  end
  front_of_reply = (delays and DELAYED .. head .. pack(TIME, now_us + delay_us) or WOULD_DENY .. head) .. table.concat(letters)
end
