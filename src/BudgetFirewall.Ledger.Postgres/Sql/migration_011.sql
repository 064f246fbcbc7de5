-- The parts of shared costs that were allocated, beside what was spent.
alter table ledger_scope_rollups add column allocated_nanos bigint not null default 0;
alter table ledger_rollups add column allocated_nanos bigint not null default 0;

-- What was allocated: the request, and who got how much at which time, as JSON. The version counts how often it was made. The empty text stands for no partition.
create table ledger_allocations (
  id bigint generated always as identity primary key, version bigint not null, made_us bigint not null, taken_back_us bigint,
  allocation_id text collate "C" not null, partition_name text collate "C" not null, content text not null, shares text not null, actor text,
  unique (allocation_id, partition_name));
