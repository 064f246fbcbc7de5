#!lua flags=no-writes
-- find_partition: finds a partition that a reservation's id names, before it is known whether the id was made up. Makes and prolongs nothing.
--
-- KEYS   1 meta   2 the catalog of runtime limits   3 the secret of reservation ids
-- Reply  REPLY, and more:
--        DONE found: the secret and the meta key's value (META)   NOT_FOUND
--@prelude
--@include clock, foreign, catalog_head, check_meta
local meta, head = own_value(KEYS[1], redis.pcall('GET', KEYS[1])), pack(TIME, now_us)
if meta then
  check_meta(meta, (catalog_head()))
end
--@include read_secret
if not meta or not secret then
  return NOT_FOUND .. head
end
return DONE .. head .. secret .. meta
