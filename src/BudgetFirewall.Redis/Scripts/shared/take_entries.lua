-- Takes the ledger's stream off the keys, and what the client says of the entries off the arguments, of which the last is their number. The rest of the script
-- then reads both as it does without a ledger.
--
-- out: STREAM, entry_texts
local STREAM, entry_texts = KEYS[#KEYS], {}
do
  local first = #ARGV - tonumber(ARGV[#ARGV])
  KEYS[#KEYS], ARGV[#ARGV] = nil, nil
  for i = #ARGV, first, -1 do
    entry_texts[i - first + 1], ARGV[i] = ARGV[i], nil
  end
end
