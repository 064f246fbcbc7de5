-- hello: a client's first contact with a partition, and a daily sign of life. Makes the meta key and the secret where there is none,
-- and takes the version out of the meta key where somebody has deleted the catalog of runtime budgets.
--
-- Without the line of flags that every other script begins with, Redis looks at maxmemory at each command and not once for the whole script:
-- what is there is prolonged even when memory is short, so that commits go on, and nothing is made then.
--
-- KEYS   1 meta   2 the catalog of runtime budgets   3 the secret of reservation ids
-- ARGV   1 an epoch to be used if there is none, 16 characters   2 how long meta and secret live (ms)   3 a secret to be used if there is none, 32 bytes
-- Reply  one byte, the server's time (us, 8 bytes), the secret, and the meta key's value:  D there was one   M it was made
--@include clock, catalog
local meta = own_value(KEYS[1], redis.pcall('GET', KEYS[1]))
local version = catalog_version()
if meta then
  check_meta(meta, version)
end
local secret = own_value(KEYS[3], redis.pcall('GET', KEYS[3]))
if secret and #secret ~= 32 then
  error({err = 'BFCORRUPT ' .. KEYS[3]})
end
if secret then
  call('PEXPIRE', KEYS[3], ARGV[2])
else
  secret = ARGV[3]
  call('SET', KEYS[3], secret, 'PX', ARGV[2])
end
if meta then
  if sub(meta, 17) ~= version then
    meta = sub(meta, 1, 16)
    call('SET', KEYS[1], meta)
  end
  call('PEXPIRE', KEYS[1], ARGV[2])
  return 'D' .. pack('<I8', now_us) .. secret .. meta
end
meta = ARGV[1] .. version
call('SET', KEYS[1], meta, 'PX', ARGV[2])
return 'M' .. pack('<I8', now_us) .. secret .. meta
