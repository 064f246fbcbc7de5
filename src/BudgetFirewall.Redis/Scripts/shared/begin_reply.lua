-- Begins the reply of a call that is done: with the verdict of each limit where not all of them admit, and the turn where there is one to wait for.
--
-- in: head, n, m, verdicts (nil where all admit), delay_us, now_us
-- out: front_of_reply
local front_of_reply = DONE .. head
if verdicts then
  local letters = {}
  for place = 1, n + m do
    letters[place] = verdicts[place] or ADMITS
  end
  front_of_reply = (delay_us > 0 and DELAYED .. head .. pack(TIME, now_us + delay_us) or NOT_ALL_ADMIT .. head) .. table.concat(letters)
end
