-- Takes the ledger's stream off the keys, and what the client says of the entry off the arguments. The rest of the script then reads both as it does without
-- a ledger.
--
-- out: STREAM, ENTRY_TEXT
local STREAM, ENTRY_TEXT = KEYS[#KEYS], ARGV[#ARGV]
KEYS[#KEYS], ARGV[#ARGV] = nil, nil
