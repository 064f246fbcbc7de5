#!lua flags=no-writes
-- catalog_read: the runtime budgets.
--
-- KEYS   1 meta   2 the catalog of runtime budgets
-- Reply  the catalog: field, value, field, value…; the empty field holds the version
--@include foreign
return own_value(KEYS[2], redis.pcall('HGETALL', KEYS[2]))
