-- A function that lets a key live at least until a time (ms since 1970). A key that was just made has no end yet.
--
-- out: keep_key
local function keep_key(key, until_ms)
  local until_text = string.format('%.0f', until_ms)
  if call('PEXPIREAT', key, until_text, 'NX') == 0 then
    call('PEXPIREAT', key, until_text, 'GT')
  end
end
