-- A counter's value: a head of 41 bytes, and 15 bytes for each slot of holds that end together; there is at least one.
--   head  layout version 1, spent (hi, lo), held (hi, lo), the highest warning fraction fired (millionths),
--         the latest end of a slot given back, the key's expiry (0: none), the earliest end of a slot in use (0: none); times in ms
--   slot  end in ms (0: free), held in it (hi, lo); the slot used last stands first
-- The front, head and first slot, is what nearly every step changes, and what replies carry of each counter.
-- A value never gets shorter, so that SETRANGE, which leaves the expiry alone and costs half of SET, can replace its front or all of it.
local FRONT, SLOT = '<I1I5I4I5I4I4I6I6I6I6I5I4', '<I6I5I4'
local HEAD_SIZE, FRONT_SIZE, SLOT_SIZE = 41, 56, 15

local function corrupt(key)
  error({err = 'BFCORRUPT ' .. key})
end
