-- Begins the reply of a call that is done: where shadow limits would have refused it, with the verdict of each limit.
--
-- in: head, n, m, shadows (true by the number of each limit that would have refused; nil where none would)
-- out: front_of_reply
local front_of_reply = DONE .. head
if shadows then
  local letters = {}
  for i = 1, n + m do
    letters[i] = shadows[i] and WOULD_REFUSE or ADMITS
  end
  front_of_reply = WOULD_DENY .. head .. table.concat(letters)
end
