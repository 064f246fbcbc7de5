#!lua flags=no-writes
-- selftest: answers what a client must know before it trusts a server. Changes nothing.
--
-- KEYS   1 meta
-- ARGV   1 '1' if writes must be confirmed by replicas   2 '1' if there is a ledger
-- Reply  the server's version; the eviction policy ('' where INFO is not permitted); the commands that are not permitted, separated by spaces
local needed = {
  {'TIME'}, {'MGET', KEYS[1]}, {'GET', KEYS[1]}, {'EXISTS', KEYS[1]}, {'SET', KEYS[1], ''}, {'SETRANGE', KEYS[1], '0', ''},
  {'PEXPIRE', KEYS[1], '1'}, {'HGET', KEYS[1], ''}, {'HMGET', KEYS[1], ''}, {'HSCAN', KEYS[1], '0'}, {'HLEN', KEYS[1]},
  {'HSET', KEYS[1], '', ''}, {'HDEL', KEYS[1], ''}, {'DEL', KEYS[1]},
  {'ZADD', KEYS[1], '0', ''}, {'ZRANGE', KEYS[1], '0', '0'}, {'ZCARD', KEYS[1]}, {'ZPOPMIN', KEYS[1]},
  {'ZREM', KEYS[1], ''}, {'ZCOUNT', KEYS[1], '0', '0'}, {'ZREMRANGEBYSCORE', KEYS[1], '0', '0'},
  {'LRANGE', KEYS[1], '0', '0'}, {'LINDEX', KEYS[1], '0'}, {'LSET', KEYS[1], '0', ''}, {'LPOP', KEYS[1], '1'},
  {'RPUSH', KEYS[1], ''}, {'SADD', KEYS[1], ''}, {'SISMEMBER', KEYS[1], ''}, {'PEXPIREAT', KEYS[1], '1'},
}
if ARGV[1] == '1' then
  needed[#needed + 1] = {'WAIT', '0', '0'}
end
if ARGV[2] == '1' then
  local of_ledger = {
    {'XADD', KEYS[1], '*', '', ''}, {'XREADGROUP', 'GROUP', '', '', 'STREAMS', KEYS[1], '>'}, {'XAUTOCLAIM', KEYS[1], '', '', '0', '0'},
    {'XACK', KEYS[1], '', '0'}, {'XDEL', KEYS[1], '0'}, {'XLEN', KEYS[1]},
    {'XRANGE', KEYS[1], '-', '+'}, {'XREVRANGE', KEYS[1], '+', '-'}, {'XGROUP', 'CREATE', KEYS[1], '', '0'},
    {'XINFO', 'CONSUMERS', KEYS[1], ''}, {'LLEN', KEYS[1]}, {'LTRIM', KEYS[1], '0', '0'}, {'ZSCAN', KEYS[1], '0'}, {'ZSCORE', KEYS[1], ''},
  }
  for i = 1, #of_ledger do
    needed[#needed + 1] = of_ledger[i]
  end
end
local missing = {}
for i = 1, #needed do
  if not redis.acl_check_cmd(unpack(needed[i])) then
    missing[#missing + 1] = needed[i][1]
  end
end
local policy = ''
if redis.acl_check_cmd('INFO', 'memory') then
  local info = redis.pcall('INFO', 'memory')
  policy = type(info) == 'string' and string.match(info, 'maxmemory_policy:([%w%-]+)') or ''
end
return {redis.REDIS_VERSION, policy, table.concat(missing, ' ')}
