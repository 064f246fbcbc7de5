-- A function that gives an approval's member in the list of approvals, a sorted set whose members are in the order in which approvals were asked for.
--
-- out: approval_place
local function approval_place(asked_us, id)
  return string.format('%016.0f', asked_us) .. id
end
