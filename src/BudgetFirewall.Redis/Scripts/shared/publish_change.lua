-- A function that drops what the list of changes has too much, and writes the number and the word of the last change, in the catalog and in the meta key.
-- It gives the new version.
--
-- out: publish_change
local function publish_change(meta, number, oldest, change)
  local surplus = call('ZCARD', KEYS[3]) - MAX_CHANGES
  if surplus > 0 then
    local dropped = call('ZPOPMIN', KEYS[3], surplus)
    oldest = math.max(oldest, tonumber(dropped[#dropped]))
  end
  local new_version = sub(change, 1, CATALOG_VERSION_NUMBER_AT - 1) .. string.format('%016.0f', number)
  call('HSET', KEYS[2], '', new_version .. string.format('%016.0f', oldest) .. change)
  call('SET', KEYS[1], sub(meta, 1, META_VERSION_AT - 1) .. new_version, 'KEEPTTL')
  return new_version
end
