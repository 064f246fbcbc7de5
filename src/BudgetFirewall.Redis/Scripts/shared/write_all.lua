-- Writes counters and buckets: in place where the key's expiry stays (nil), else with its new expiry in ms (0: none).
--   in  writes, expiries, by the number of the key
for k = 3, #KEYS do
  local new, new_expiry = writes[k], expiries[k]
  if new and not new_expiry then
    call('SETRANGE', KEYS[k], '0', new)
  elseif new and new_expiry == 0 then
    call('SET', KEYS[k], new)
  elseif new then
    call('SET', KEYS[k], new, 'PXAT', string.format('%.0f', new_expiry))
  end
end
