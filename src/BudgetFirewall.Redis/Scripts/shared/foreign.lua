-- What pcall has answered, unless it failed: a value of another type is none of the store's; any other failure is the caller's to hear.
local function own_value(key, value)
  if type(value) ~= 'table' or not value.err then
    return value
  elseif string.find(value.err, 'WRONGTYPE', 1, true) then
    error({err = 'BFCORRUPT ' .. key})
  end
  error(value)
end
