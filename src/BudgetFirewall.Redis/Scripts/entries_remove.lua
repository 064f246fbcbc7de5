#!lua flags=allow-oom
-- entries_remove: removes entries that are in the ledger.
--
-- KEYS   1 the stream
-- ARGV   their ids
-- Reply  how many were there
--@prelude
call('XACK', KEYS[1], ENTRY_GROUP, unpack(ARGV))
return call('XDEL', KEYS[1], unpack(ARGV))
