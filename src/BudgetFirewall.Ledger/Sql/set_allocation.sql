insert into ledger_former_allocations (fingerprint, salt, partition_name)
select @fingerprint, @salt, partition_name from ledger_allocations where id = @id and allocation_id <> @allocation
on conflict (fingerprint, partition_name) do nothing;
update ledger_allocations
set allocation_id = @allocation, actor = case when actor is null then null else @actor end, content = @content, shares = @shares
where id = @id
