-- Charges every counter and takes from every rate limit, and answers. Nothing is written before all is known to go well.
--
-- in: KIND (of the record), ADMITS_ALWAYS (whether or not there is room), REPORTS_OVERRUN (the limits are what overruns are told against)
-- in: now_us, now_ms
-- in: STREAM, ENTRY_TEXT (where there is a ledger)
local RECORD, LIMITS, RATES, LIFE, THRESHOLDS, CALL_SIZE, NOTED, SET = 3, 4, 5, 6, 7, DECISION_CALL_SIZE, nil, nil
--@include check_call, decide, check_cost
if not status then
  --@include plan, plan_fronts
  local events, event_count, refuses, is_overflow, verdicts = '', 0, false, false, nil
  for i = 1, n do
    local k = i + 2
    local key, value = KEYS[k], values[k]
    --@include read_counter, read_limit, total, judge_budget, heed_verdict
    if refuses then
      break
    end
    --@include overflow
    is_overflow = is_overflow or is_over
    local may_overrun = is_above and is_above[i]
    --@include charge_counter
    local is_charged, new_expiry_ms = amount_hi > 0 or amount_lo > 0, expiry_ms
    if is_charged and period_end_ms > expiry_ms then
      new_expiry_ms = period_end_ms
    end
    --@include pack_front
    fronts[i] = front
    if is_charged then
      --@include put_counter
    end
  end
  --@include take_all
  if refuses then
    status = DENIED
  elseif is_overflow then
    return OVERFLOW .. head
  elseif delay_us > 0 then
    status = DENIED
  else
    --@include charge_record, write_record
    --@entry entry_of_charge, append_entry
    --@include write_all, begin_reply
    return front_of_reply .. table.concat(fronts) .. levels .. events
  end
end
--@include answer_unchanged
