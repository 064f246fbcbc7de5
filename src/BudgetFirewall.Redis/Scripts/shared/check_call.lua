-- Refuses a call whose packed numbers have another size than their layout.
--
-- in: CALL_SIZE
if #ARGV[2] ~= CALL_SIZE then
  error({err = ARGUMENT .. ' a call must be ' .. CALL_SIZE .. ' bytes'})
end
