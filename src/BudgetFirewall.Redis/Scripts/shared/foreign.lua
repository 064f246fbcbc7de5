-- A function of a key and of what pcall has answered about it. It gives the answer back, unless that is a failure: a value of another type is
-- none of the store's; any other failure is the caller's to hear.
--
-- out: own_value
local function own_value(key, value)
  if type(value) ~= 'table' or not value.err then
    return value
  elseif string.find(value.err, 'WRONGTYPE', 1, true) then
    error({err = CORRUPT .. ' ' .. key})
  end
  error(value)
end
