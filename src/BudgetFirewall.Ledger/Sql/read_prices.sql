select p.version_id, p.position, n.name, p.unit_price
from ledger_price_lines p
join ledger_names n on n.id = p.item_id
where p.version_id {among}
