select l.entry_id, n.name, p.unit_price, l.quantity, l.amount
from ledger_entry_lines l
join ledger_entries e on e.id = l.entry_id
join ledger_price_lines p on p.version_id = e.price_version_id and p.position = l.position
join ledger_names n on n.id = p.item_id
where l.entry_id in ({list}) and e.id in ({list})
order by l.entry_id, l.position
