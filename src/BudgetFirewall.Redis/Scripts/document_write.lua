#!lua
-- document_write: writes or removes a document, if it still has the expected version.
--
-- KEYS   1 meta   2 the document
-- ARGV   1 expected epoch   2 DOCUMENT_CALL   3 the expected version; empty: there is no document   4 the new version, 16 characters   5 the content
-- Reply  REPLY:  DONE   CONFLICT it has another version   OTHER_EPOCH, or none
-- Ledger with one, the stream is the last of KEYS, and what the client says of each entry, and their number, are the last of ARGV
--@prelude
--@entry take_entries
--@include clock, clock_ms
local CALL_SIZE = DOCUMENT_CALL_SIZE
--@include check_call
local expiry_ms, is_removed = unpack_bytes(DOCUMENT_CALL, ARGV[2])
if #ARGV[4] ~= DOCUMENT_SIZE - DOCUMENT_WORD_AT + 1 or (#ARGV[3] ~= 0 and #ARGV[3] ~= #ARGV[4]) or expiry_ms > LATEST_MS then
  error({err = ARGUMENT .. ' a version must be 16 characters, and an expiry a time'})
end
--@include meta, foreign, read_document
local head = pack(TIME, now_us)
if not is_epoch(call('GET', KEYS[1]), ARGV[1]) then
  return OTHER_EPOCH .. head
end
local version, value = read_document()
-- A call that is repeated finds what it has done.
if version == ARGV[4] or (is_removed == 1 and not value) then
  return DONE .. head
end
if version ~= ARGV[3] then
  return CONFLICT .. head
end
--@entry append_entries
if is_removed == 1 then
  call('DEL', KEYS[2])
  return DONE .. head
end
local written = string.char(LAYOUT_VERSION) .. ARGV[4] .. ARGV[5]
if expiry_ms == 0 then
  call('SET', KEYS[2], written)
else
  -- A time that has passed while the call was on its way would be an error to the server.
  call('SET', KEYS[2], written, 'PXAT', string.format('%.0f', math.max(expiry_ms, now_ms + 60000)))
end
return DONE .. head
