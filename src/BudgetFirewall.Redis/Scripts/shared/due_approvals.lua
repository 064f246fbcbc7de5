-- Finds approvals whose time is over, a few at each call: pending ones have expired, and ended ones are forgotten. Nothing is written yet.
--
-- in: now_ms, own_value, approval_now
-- out: expired (a table of the values that they have by now, by id), forgotten (a list of ids and values)
local expired, forgotten = {}, {}
-- Keys of another type are found before anything is written.
own_value(KEYS[2], redis.pcall('HLEN', KEYS[2]))
own_value(KEYS[3], redis.pcall('ZCARD', KEYS[3]))
local due = own_value(KEYS[4], redis.pcall('ZRANGE', KEYS[4], '-inf', string.format('%.0f', now_ms), 'BYSCORE', 'LIMIT', '0', MOST_TIDIED))
if #due > 0 then
  local due_values = own_value(KEYS[2], redis.pcall('HMGET', KEYS[2], unpack(due)))
  for i = 1, #due do
    local was, state = due_values[i] or '', nil
    local value = was
    if was ~= '' then
      value, state = approval_now(was)
    end
    if state == EXPIRED and value ~= was then
      expired[due[i]] = value
    else
      forgotten[#forgotten + 1], forgotten[#forgotten + 2] = due[i], value
    end
  end
end
