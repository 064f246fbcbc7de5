--@include foreign
-- The catalog is a hash from budget id to budget as JSON; ids are never empty, and the empty field holds the version.
local function catalog_version()
  return own_value(KEYS[2], redis.pcall('HGET', KEYS[2], '')) or ''
end

local function publish_version(meta, version)
  call('HSET', KEYS[2], '', version)
  call('SET', KEYS[1], sub(meta, 1, 16) .. version, 'KEEPTTL')
end
