-- Appends the entries of a change that is going to be made, before anything of it is written. Where the first cannot be, because the stream's key has a value
-- of another type, say, nothing is done.
--
-- in: now_us, STREAM, entry_texts
for i = 1, #entry_texts do
  local ENTRY_TEXT, entry_facts, made_key = entry_texts[i], pack(ENTRY, now_us, 0, 0, 0) .. '\0', nil
  --@include append_entry
end
