-- Calls a command on a stream's consumer group. A group that is lost is made again from the beginning, so that nothing is left out; what was read before
-- is then read twice. A stream that is not there has no group and nothing to read.
--
-- in: command (with its arguments), own_value
-- out: answer (false: nothing)
local answer = redis.pcall(unpack(command))
if type(answer) == 'table' and answer.err and string.find(answer.err, 'NOGROUP', 1, true) then
  answer = false
  if call('EXISTS', KEYS[1]) == 1 then
    call('XGROUP', 'CREATE', KEYS[1], ENTRY_GROUP, '0')
    answer = redis.pcall(unpack(command))
  end
end
answer = own_value(KEYS[1], answer)
