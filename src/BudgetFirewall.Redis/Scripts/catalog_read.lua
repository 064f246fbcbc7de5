#!lua flags=no-writes
-- catalog_read: the runtime budgets.
--
-- KEYS   1 meta   2 the catalog of runtime budgets
-- Reply  the meta key's value, empty where there is none; then the catalog: field, value, field, value…; the empty field holds the version
--@prelude
--@include foreign
local meta = own_value(KEYS[1], redis.pcall('GET', KEYS[1]))
local catalog = own_value(KEYS[2], redis.pcall('HGETALL', KEYS[2]))
table.insert(catalog, 1, meta or '')
return catalog
