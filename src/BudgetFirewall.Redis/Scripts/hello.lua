#!lua flags=allow-oom
-- hello: a client's first contact with a partition, and a daily sign of life. Makes the meta key where there is none,
-- and takes the version out of it where somebody has deleted the catalog of runtime budgets.
--
-- KEYS   1 meta   2 the catalog of runtime budgets
-- ARGV   1 an epoch to be used if there is none, 16 characters   2 how long the meta key lives (ms)
-- Reply  one byte, the server's time (us, 8 bytes), and the meta key's value:  D there was one   M it was made
--@include clock, catalog
local meta = own_value(KEYS[1], redis.pcall('GET', KEYS[1]))
local version = catalog_version()
if meta then
  check_meta(meta, version)
  if sub(meta, 17) ~= version then
    meta = sub(meta, 1, 16)
    call('SET', KEYS[1], meta)
  end
  call('PEXPIRE', KEYS[1], ARGV[2])
  return 'D' .. pack('<I8', now_us) .. meta
end
meta = ARGV[1] .. version
call('SET', KEYS[1], meta, 'PX', ARGV[2])
return 'M' .. pack('<I8', now_us) .. meta
