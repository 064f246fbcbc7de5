#!lua flags=allow-oom
-- entries_read: reads entries of a stream for one process, which are its own until it removes them or another takes them over.
-- Done even when memory is short, which it makes less short.
--
-- KEYS   1 the stream
-- ARGV   1 the process   2 how many entries at most   3 '>': new ones; '0': those that the process has already
-- Reply  a list: for each entry its id, what the client says of it, and what the script says (ENTRY)
--@prelude
--@include foreign
local command = {'XREADGROUP', 'GROUP', ENTRY_GROUP, ARGV[1], 'COUNT', ARGV[2], 'STREAMS', KEYS[1], ARGV[3]}
--@include call_group
local found, parts = answer and answer[1][2] or {}, {}
--@include reply_of_entries
return parts
