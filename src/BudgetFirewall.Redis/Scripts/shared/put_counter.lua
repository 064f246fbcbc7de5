-- Plans what is written of a counter read and changed: all of it where the key is new or its expiry moves, else its front and what else has changed.
--
-- in: k (the key's number), value, front, rest, expiry_ms, new_expiry_ms, writes, expiries
if value and new_expiry_ms == expiry_ms then
  writes[k] = rest and front .. rest or front
else
  writes[k] = front .. (rest or (value and sub(value, FRONT_SIZE + 1) or ''))
  expiries[k] = new_expiry_ms
end
