--@include foreign
-- The catalog is a hash from budget id to budget as JSON; ids are never empty, and the empty field holds the version. Without a catalog the version is empty.
local function catalog_version()
  local version = own_value(KEYS[2], redis.pcall('HGET', KEYS[2], ''))
  if not version and call('EXISTS', KEYS[2]) == 1 then
    error({err = 'BFCORRUPT ' .. KEYS[2]})
  end
  return version or ''
end

-- Refuses a meta key's value that is none of the store's, before anything is written: an epoch is 16 characters, and so is a version, which is the catalog's.
-- It may be another only where somebody has deleted the catalog.
local function check_meta(meta, version)
  local is_formed = (#meta == 16 or #meta == 32) and string.find(meta, '^[%w_-]+$')
  if not is_formed or (version ~= '' and sub(meta, 17) ~= version) then
    error({err = 'BFCORRUPT ' .. KEYS[1]})
  end
end

local function publish_version(meta, version)
  call('HSET', KEYS[2], '', version)
  call('SET', KEYS[1], sub(meta, 1, 16) .. version, 'KEEPTTL')
end
