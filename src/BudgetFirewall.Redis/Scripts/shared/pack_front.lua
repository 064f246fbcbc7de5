-- Packs a counter's front.
--
-- in: spent_hi, spent_lo, held_hi, held_lo, allowance_hi, allowance_lo, warned, purged_ms, next_end_ms, first_end_ms, first_hi, first_lo, new_expiry_ms
-- out: front
local front = pack(
  FRONT, LAYOUT_VERSION, spent_hi, spent_lo, held_hi, held_lo, allowance_hi, allowance_lo, warned, purged_ms, new_expiry_ms, next_end_ms,
  first_end_ms, first_hi, first_lo)
