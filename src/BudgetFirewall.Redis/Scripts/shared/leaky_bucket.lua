-- A leaky bucket with a queue: a bucket that holds nothing and owes its backlog, below zero, which comes back to 0 at the rate. The turn of a call is when the
-- backlog that it finds is gone. After the clock was set back by more than a moment there are no turns until it is there again.
--
-- in: key, value (nil: nothing is queued), k (the key's number), first (the largest backlog that a call may find), second (the rate)
-- in: third (the largest need), need, without_room, now_us, ADMITS_ALWAYS, writes, expiries
-- in: former (the rate when it was written), scale_now, queued_now (the parts of the ceiling now and then), slowest
-- in: pause_us (what is left of a pause; 0: none)
-- changes: has_room, level, turn_in_us, take_hi, take_lo, largest
local capacity, refill = 0, former
largest = 0
if second < 1 or refill < 1 then
  error({err = ARGUMENT .. ' a queue must have a rate'})
end
--@include read_bucket
refill = second
if queued_now ~= scale_now then
  --@include requeue
end
local is_ahead = at_us - now_us > SMALL_CORRECTION_US
has_room = need == 0 or (pause_us == 0 and need <= third and (micros >= 0 or (micros >= -first and not is_ahead)))
if has_room and need > 0 and micros < 0 and without_room ~= WOULD_REFUSE then
  -- The whole microseconds after which the backlog is gone: estimated, and then verified in whole numbers, taken apart at 10^6 where they may pass 2^53.
  turn_in_us = math.max(math.ceil((-micros - picos / MILLION) / refill * MILLION - 0.001), 0)
  if turn_in_us > MAX_SPAN_US then
    error({err = ARGUMENT .. ' a wait is too long'})
  end
  local is_gone
  if turn_in_us * refill + refill < CEILING then
    is_gone = turn_in_us * refill + picos >= -micros * MILLION
  else
    local w0, r0 = turn_in_us % MILLION, refill % MILLION
    local w1, r1 = (turn_in_us - w0) / MILLION, (refill - r0) / MILLION
    local middle = w1 * r0 + w0 * r1 + math.floor((w0 * r0 + picos) / MILLION)
    is_gone = w1 * r1 > CEILING / MILLION or w1 * r1 * MILLION >= -micros - middle
  end
  if not is_gone then
    turn_in_us = turn_in_us + 1
  end
end
--@include take_from_bucket
level = pack(LEVEL, micros, picos, at_us - now_us)
