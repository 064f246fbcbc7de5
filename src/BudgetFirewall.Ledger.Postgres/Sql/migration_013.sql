-- Ids that allocations had before an erasure changed them, as digests, so that they are not taken for new ones. The empty text stands for no partition.
create table ledger_former_allocations (fingerprint text collate "C" not null, partition_name text collate "C" not null, primary key (fingerprint, partition_name));
