-- A function that reads the document of the second key: its version, empty where there is none, and its value.
--
-- in: own_value
-- out: read_document
local function read_document()
  local value = own_value(KEYS[2], redis.pcall('GET', KEYS[2]))
  if not value then
    return ''
  end
  if #value < DOCUMENT_SIZE or string.byte(value) ~= LAYOUT_VERSION then
    error({err = CORRUPT .. ' ' .. KEYS[2]})
  end
  return sub(value, DOCUMENT_WORD_AT, DOCUMENT_SIZE), value
end
