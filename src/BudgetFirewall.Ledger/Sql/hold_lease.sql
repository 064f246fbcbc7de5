insert into ledger_leases (until_us, name, owner) values (@until, @name, @owner)
on conflict (name) do update set until_us = excluded.until_us, owner = excluded.owner
where ledger_leases.owner = excluded.owner or ledger_leases.until_us <= @now
