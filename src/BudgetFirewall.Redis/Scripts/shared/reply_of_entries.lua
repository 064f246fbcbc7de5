-- Adds entries of a stream to a reply: for each its id, what the client says of it and what the script says. One that somebody has deleted is passed over, and
-- one of other fields has empty texts.
--
-- in: found (entries as the server gives them), parts (the reply)
for i = 1, #found do
  local fields = found[i][2]
  if fields then
    local is_own = #fields == 4 and fields[1] == ENTRY_OF_CLIENT and fields[3] == ENTRY_OF_SCRIPT
    parts[#parts + 1], parts[#parts + 2], parts[#parts + 3] = found[i][1], is_own and fields[2] or '', is_own and fields[4] or ''
  else
    call('XACK', KEYS[1], ENTRY_GROUP, found[i][1])
  end
end
