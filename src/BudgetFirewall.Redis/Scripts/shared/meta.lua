-- A function that tells whether the meta key's value has the epoch of an expected one. Another epoch, or none, means that data was lost: the client
-- is told and nothing is done.
--
-- out: is_epoch
local function is_epoch(meta, expected)
  return meta and sub(meta, 1, META_VERSION_AT - 1) == sub(expected, 1, META_VERSION_AT - 1)
end
