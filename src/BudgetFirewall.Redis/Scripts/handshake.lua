-- handshake: what a client does first with a partition, and once a day. Makes the meta key and the secret where there is none,
-- and takes the version out of the meta key where somebody has deleted the catalog of runtime limits.
--
-- Without the line of flags that every other script begins with, Redis looks at maxmemory at each command and not once for the whole script:
-- what is there is prolonged even when memory is short, so that commits go on, and nothing is made then.
--
-- KEYS   1 meta   2 the catalog of runtime limits   3 the secret of reservation ids
-- ARGV   1 an epoch to be used if there is none, 16 characters   2 the time for which meta and secret live (ms)
--        3 a secret to be used if there is none, 32 bytes
-- Reply  REPLY, the secret, and the meta key's value (META):  DONE there was one   MADE
--@prelude
--@include clock, foreign, catalog_head, check_meta
local meta, head = own_value(KEYS[1], redis.pcall('GET', KEYS[1])), pack(TIME, now_us)
local version = catalog_head()
if meta then
  check_meta(meta, version)
end
--@include read_secret
if secret then
  call('PEXPIRE', KEYS[3], ARGV[2])
else
  secret = ARGV[3]
  call('SET', KEYS[3], secret, 'PX', ARGV[2])
end
if meta then
  if sub(meta, META_VERSION_AT) ~= version then
    meta = sub(meta, 1, META_VERSION_AT - 1)
    call('SET', KEYS[1], meta)
  end
  call('PEXPIRE', KEYS[1], ARGV[2])
  return DONE .. head .. secret .. meta
end
meta = ARGV[1] .. version
call('SET', KEYS[1], meta, 'PX', ARGV[2])
return MADE .. head .. secret .. meta
