-- Appends the entry of what is going to be done, before anything of it is written but the record. Where that cannot be, because the stream's key has a value
-- of another type, say, the record is taken back and nothing is done.
--
-- in: STREAM, ENTRY_TEXT, entry_facts (ENTRY, and what follows it; nil: nothing is changed that has an entry)
-- in: made_key (the key of the record that has been made; nil: none was)
if entry_facts then
  local appended = redis.pcall('XADD', STREAM, '*', ENTRY_OF_CLIENT, ENTRY_TEXT, ENTRY_OF_SCRIPT, entry_facts)
  if type(appended) == 'table' then
    if made_key then
      call('DEL', made_key)
    end
    if string.find(appended.err, 'WRONGTYPE', 1, true) then
      appended = {err = CORRUPT .. ' ' .. STREAM}
    end
    error(appended)
  end
end
