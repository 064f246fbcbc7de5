-- A function that refuses a meta key's value that is none of the store's, before anything is written. The version in it is the catalog's; it may
-- be another only where somebody has deleted the catalog.
--
-- out: check_meta
local function check_meta(meta, version)
  local is_formed = (#meta == META_SIZE or #meta == META_VERSION_AT - 1) and string.find(meta, '^[%w_-]+$')
  if not is_formed or (version ~= '' and sub(meta, META_VERSION_AT) ~= version) then
    error({err = CORRUPT .. ' ' .. KEYS[1]})
  end
end
