-- Appends the entries that are told with a document, the sixth argument and all behind it, to the stream that is the third key, before the document is written.
-- Where the first cannot be, because the stream's key has a value of another type, say, nothing is done.
--
-- in: now_us
for i = 6, #ARGV do
  local STREAM, ENTRY_TEXT, entry_facts, made_key = KEYS[3], ARGV[i], pack(ENTRY, now_us, 0, 0, 0) .. '\0', nil
  --@include append_entry
end
