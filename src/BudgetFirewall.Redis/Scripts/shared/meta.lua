-- The meta key holds the data set's epoch, 16 characters, and behind it the version of the runtime budgets.
-- Another epoch, or none, means that data was lost: the client is told and nothing is done.
local EPOCH_SIZE = 16

local function is_epoch(meta, expected)
  return meta and sub(meta, 1, EPOCH_SIZE) == sub(expected, 1, EPOCH_SIZE)
end
