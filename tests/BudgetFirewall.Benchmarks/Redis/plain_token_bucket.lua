-- plain_token_bucket: one token bucket in the usual form, with its state in a hash and an expiry after each write.
--
-- KEYS   1 the bucket
-- ARGV   1 capacity (tokens)   2 refill (tokens a second)   3 the caller's clock (ms)   4 what is taken (tokens)
-- Reply  1 or 0: whether there was enough   the tokens left
local capacity, refill, now, take = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local state = redis.call('HMGET', KEYS[1], 'tokens', 'at')
local tokens, at = tonumber(state[1]) or capacity, tonumber(state[2]) or now
tokens = math.min(capacity, tokens + math.max(0, now - at) * refill / 1000)
local allowed = tokens >= take
if allowed then
  tokens = tokens - take
end
redis.call('HSET', KEYS[1], 'tokens', tokens, 'at', now)
redis.call('PEXPIRE', KEYS[1], math.ceil((capacity - tokens) / refill * 1000) + 1)
return {allowed and 1 or 0, tostring(tokens)}
