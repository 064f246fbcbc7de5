-- Heeds a limit's verdict: a refusal is said, and what is neither that nor an admission is noted for the reply.
--
-- in: k (the number of the limit's key), verdict, ADMITS_ALWAYS (verdicts do not matter)
-- changes: refuses, verdicts (nil, or what was noted by the limit's place in the call)
if verdict ~= ADMITS and not ADMITS_ALWAYS then
  if string.find(REFUSING, verdict, 1, true) then
    refuses = true
  else
    verdicts = verdicts or {}
    verdicts[k - 2] = verdict
  end
end
