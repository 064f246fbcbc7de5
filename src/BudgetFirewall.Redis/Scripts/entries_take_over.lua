#!lua flags=allow-oom
-- entries_take_over: takes entries over that another process has had for too long, and forgets processes that are gone and have none.
--
-- KEYS   1 the stream   2 meta
-- ARGV   1 the process   2 how long another must have had an entry (ms)   3 how many entries at most   4 after how long a silent process is gone (ms)
-- Reply  a list: '1' where the partition is unused, as nobody has been in contact with it for weeks and nothing waits; then as entries_read
--@prelude
--@include foreign
local parts, found = {'0'}, {}
if own_value(KEYS[1], redis.pcall('XLEN', KEYS[1])) == 0 and call('EXISTS', KEYS[2]) == 0 then
  call('DEL', KEYS[1])
  parts[1] = '1'
else
  local command = {'XAUTOCLAIM', KEYS[1], ENTRY_GROUP, ARGV[1], ARGV[2], '0-0', 'COUNT', ARGV[3]}
  --@include call_group
  if answer then
    found = answer[2]
    local processes = call('XINFO', 'CONSUMERS', KEYS[1], ENTRY_GROUP)
    for i = 1, #processes do
      -- Names and values by turns: name, pending, idle.
      local name, pending, idle_ms = processes[i][2], processes[i][4], processes[i][6]
      if name ~= ARGV[1] and pending == 0 and idle_ms > ARGV[4] + 0 then
        call('XGROUP', 'DELCONSUMER', KEYS[1], ENTRY_GROUP, name)
      end
    end
  end
end
--@include reply_of_entries
return parts
