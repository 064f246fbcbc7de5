-- Forgets the changes that are too old, and writes the new version of the runtime budgets, in the catalog and in the meta key.
--
-- in: meta, version, number, oldest, change
-- out: version (the new one)
local surplus = call('ZCARD', KEYS[3]) - MAX_CHANGES
if surplus > 0 then
  local forgotten = call('ZPOPMIN', KEYS[3], surplus)
  oldest = math.max(oldest, tonumber(forgotten[#forgotten]))
end
version = sub(version, 1, CATALOG_VERSION_NUMBER_AT - 1) .. string.format('%016.0f', number)
call('HSET', KEYS[2], '', version .. string.format('%016.0f', oldest) .. change)
call('SET', KEYS[1], sub(meta, 1, META_VERSION_AT - 1) .. version, 'KEEPTTL')
