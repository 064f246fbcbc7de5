#!lua flags=no-writes
-- look: finds a partition that a reservation's id names, before it is known whether the id was made up. Makes and prolongs nothing.
--
-- KEYS   1 meta   2 the catalog of runtime budgets   3 the secret of reservation ids
-- Reply  one byte, the server's time (us, 8 bytes), and more:
--        D found: the secret and the meta key's value   N none
--@include clock, catalog
local meta = own_value(KEYS[1], redis.pcall('GET', KEYS[1]))
local secret = own_value(KEYS[3], redis.pcall('GET', KEYS[3]))
if meta then
  check_meta(meta, catalog_version())
end
if secret and #secret ~= 32 then
  error({err = 'BFCORRUPT ' .. KEYS[3]})
end
if not meta or not secret then
  return 'N' .. pack('<I8', now_us)
end
return 'D' .. pack('<I8', now_us) .. secret .. meta
