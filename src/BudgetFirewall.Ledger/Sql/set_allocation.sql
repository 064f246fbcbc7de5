update ledger_allocations
set allocation_id = @allocation, actor = case when actor is null then null else @actor end, content = @content, shares = @shares
where id = @id
