-- Reads the secret of reservation ids.
--
-- in: own_value
-- out: secret (nil: there is none)
local secret = own_value(KEYS[3], redis.pcall('GET', KEYS[3]))
if secret and #secret ~= SECRET_SIZE then
  error({err = CORRUPT .. ' ' .. KEYS[3]})
end
