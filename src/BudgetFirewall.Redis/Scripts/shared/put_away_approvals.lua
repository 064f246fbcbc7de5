-- Writes what has become of the approvals whose time is over.
--
-- in: expired, forgotten, approval_place
for gone_id, gone in pairs(expired) do
  local _, _, _, _, kept_us = unpack_bytes(APPROVAL, gone)
  call('HSET', KEYS[2], gone_id, gone)
  call('ZADD', KEYS[4], string.format('%.0f', math.ceil(kept_us / 1000)), gone_id)
end
for i = 1, #forgotten, 2 do
  local gone_id, gone = forgotten[i], forgotten[i + 1]
  call('ZREM', KEYS[4], gone_id)
  if gone ~= '' then
    local _, _, asked_us = unpack_bytes(APPROVAL, gone)
    call('HDEL', KEYS[2], gone_id)
    call('ZREM', KEYS[3], approval_place(asked_us, gone_id))
  end
end
