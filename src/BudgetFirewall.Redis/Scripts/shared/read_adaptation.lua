-- Reads how far an adaptive rate limit is below its ceiling, and lowers its values to that. What must stay free is the same fraction of them. A call that
-- is larger than the lowered limit needs no more than all of it, and what it takes is paid off in full: else it could not be made until the limit has grown.
--
-- in: algorithm, adaptive (as in RATE_LIMIT), largest (the first value at the ceiling), m, adaptives, values, RATES, now_us
-- changes: first, second, need (become those that are in force)
-- changes: pause_us (what is left of a pause; 0: none)
-- changes: slowest (what comes back a second at the floor), former (what came back a second when a queue was written)
-- changes: scale_now, queued_now (the parts of the ceiling that are in force, and that a queue was written by, in millionths)
-- changes: adaptation_k (the key's number)
-- changes: scale, queued_scale, grown_us, lowered_us, paused_until_us, adaptation_expiry_ms (as in ADAPTATION; nil: at the ceiling)
-- changes: growth, cooldown_us (as in ADAPTIVE)
local floor, longest_us, headroom
floor, growth, cooldown_us, longest_us, headroom = unpack_bytes(ADAPTIVE, ARGV[RATES], m * RATE_LIMIT_SIZE + (adaptive - 1) * ADAPTIVE_SIZE + 1)
if floor < 1000 or floor > WHOLE or growth > WHOLE then
  error({err = ARGUMENT .. ' a part of a ceiling is out of range'})
end
adaptation_k = #KEYS - adaptives + adaptive
scale_now, queued_now = MILLION, MILLION
local function part_of(amount, part, round)
  local low = amount % MILLION
  return (amount - low) / MILLION * part + round(low * part / MILLION)
end
if algorithm == TOKEN_BUCKET then
  slowest = part_of(second, math.floor(floor / 1000), math.ceil)
end
--@include unpack_adaptation
if scale then
  scale_now, queued_now = math.floor(scale / 1000), math.floor(queued_scale / 1000)
  if algorithm == LEAKY_BUCKET then
    first, former, second = part_of(first, scale_now, math.floor), part_of(second, queued_now, math.ceil), part_of(second, scale_now, math.ceil)
    slowest = second
  else
    queued_now = scale_now
    first = part_of(first, scale_now, math.ceil)
    if algorithm == TOKEN_BUCKET then
      second = part_of(second, scale_now, math.ceil)
    end
    if need > 0 and need <= largest then
      need = math.min(need - headroom + part_of(headroom, scale_now, math.floor), first)
    end
  end
end
