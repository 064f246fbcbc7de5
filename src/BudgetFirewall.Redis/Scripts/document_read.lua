#!lua flags=no-writes
-- document_read: reads a document.
--
-- KEYS   1 meta   2 the document
-- ARGV   1 expected epoch   2 the version that the client knows; empty: none
-- Reply  REPLY, and more:
--        DONE: its version, and its content unless the client knows that version   NOT_FOUND there is none   OTHER_EPOCH, or none
--@prelude
--@include clock, meta, foreign, read_document
local head = pack(TIME, now_us)
if not is_epoch(call('GET', KEYS[1]), ARGV[1]) then
  return OTHER_EPOCH .. head
end
local version, value = read_document()
if not value then
  return NOT_FOUND .. head
end
return DONE .. head .. version .. (version == ARGV[2] and '' or sub(value, DOCUMENT_SIZE + 1))
