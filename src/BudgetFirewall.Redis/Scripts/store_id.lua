-- store_id: reads the id by which a ledger tells this store from others, and makes it where there is none. It does not expire.
--
-- Without the line of flags that most other scripts begin with, Redis looks at maxmemory at each command: a full server makes no new id, and one that
-- is there is read.
--
-- KEYS   1 the id
-- ARGV   1 the id to be used if there is none, 16 characters
-- Reply  REPLY, and more:  DONE the id, 16 characters
--@prelude
--@include clock, foreign
local id = own_value(KEYS[1], redis.pcall('GET', KEYS[1]))
if not id then
  id = ARGV[1]
  call('SET', KEYS[1], id)
end
return DONE .. pack(TIME, now_us) .. id
