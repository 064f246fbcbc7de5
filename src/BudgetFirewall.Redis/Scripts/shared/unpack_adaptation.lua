-- Reads how far an adaptive rate limit is below its ceiling, if it is. A floor that was raised counts at once.
--
-- in: adaptation_k (the key's number), values, floor (the least part of the ceiling), longest_us (the longest pause), now_us
-- changes: scale, queued_scale, grown_us, lowered_us, paused_until_us, adaptation_expiry_ms (as in ADAPTATION; they stay where there is none)
-- changes: pause_us (what is left of a pause; 0: none)
if values[adaptation_k] then
  local version
  if #values[adaptation_k] ~= ADAPTATION_SIZE then
    error({err = CORRUPT .. ' ' .. KEYS[adaptation_k]})
  end
  version, scale, queued_scale, grown_us, lowered_us, paused_until_us, adaptation_expiry_ms = unpack_bytes(ADAPTATION, values[adaptation_k])
  if version ~= LAYOUT_VERSION or scale > WHOLE or queued_scale > WHOLE or queued_scale < 1000 then
    error({err = CORRUPT .. ' ' .. KEYS[adaptation_k]})
  end
  scale = math.max(scale, floor)
  -- A pause that is longer than any can be comes from a clock that was set back.
  pause_us = paused_until_us - now_us
  if pause_us < 0 or pause_us > longest_us then
    pause_us = 0
  end
elseif call('EXISTS', KEYS[adaptation_k]) == 1 then
  error({err = CORRUPT .. ' ' .. KEYS[adaptation_k]})
end
