-- Writes counters and rate limits: in place where the key's expiry stays, else with its new expiry.
--
-- in: writes, expiries, commands
for k = 3, #KEYS do
  local new, new_expiry_ms = writes[k], expiries[k]
  if new and not new_expiry_ms then
    call('SETRANGE', KEYS[k], '0', new)
  elseif new and new_expiry_ms == 0 then
    call('SET', KEYS[k], new)
  elseif new then
    call('SET', KEYS[k], new, 'PXAT', string.format('%.0f', new_expiry_ms))
  end
end
if commands then
  for at = 1, #commands do
    call(unpack(commands[at]))
  end
end
