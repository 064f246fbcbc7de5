-- A function that reads the head of the catalog of runtime limits. The catalog is a hash of limits as JSON; the field of a budget is its id, that of a rate
-- limit the byte FF, which no text has, and its id. Ids are never empty, and the empty field holds the head. It gives the version, the number of the last
-- change, the oldest change that is listed, and the last change's word; an empty version where there is no catalog.
--
-- in: own_value
-- out: catalog_head
local function catalog_head()
  local value = own_value(KEYS[2], redis.pcall('HGET', KEYS[2], ''))
  if not value then
    if call('EXISTS', KEYS[2]) == 1 then
      error({err = CORRUPT .. ' ' .. KEYS[2]})
    end
    return '', 0, 0, ''
  end
  local number, oldest = sub(value, CATALOG_VERSION_NUMBER_AT, CATALOG_OLDEST_AT - 1), sub(value, CATALOG_OLDEST_AT, CATALOG_CHANGE_AT - 1)
  if #value ~= CATALOG_SIZE or not string.find(value, '^[%w_-]+$') or not string.find(number .. oldest, '^%d+$') then
    error({err = CORRUPT .. ' ' .. KEYS[2]})
  end
  return sub(value, 1, CATALOG_OLDEST_AT - 1), tonumber(number), tonumber(oldest), sub(value, CATALOG_CHANGE_AT)
end
