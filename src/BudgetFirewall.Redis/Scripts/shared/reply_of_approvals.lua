-- Makes the reply of a call about approvals: a part of its own, then id and value of each approval that has expired by it.
--
-- in: reply (the part), expired
-- out: parts
local parts = {reply}
for gone_id, gone in pairs(expired) do
  parts[#parts + 1], parts[#parts + 2] = gone_id, gone
end
