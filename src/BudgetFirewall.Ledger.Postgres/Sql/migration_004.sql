-- What is given back of charges, noted before it is taken out of their counters, so that all corrections of a charge together are never more than the charge. One that
-- was made has its entry in the ledger, and the time of that; both are written in one transaction. The empty text stands for no partition and for no scope.
create table ledger_corrections (
  id bigint generated always as identity primary key, amount_nanos bigint not null, before_nanos bigint not null, is_whole bigint not null, charge_us bigint not null, noted_us bigint not null, applied_us bigint,
  correction_id text collate "C" not null, operation_scope text collate "C" not null, partition_name text collate "C" not null, fingerprint text not null, charge_id text collate "C" not null, actor text, reason text,
  unique (correction_id, operation_scope, partition_name));
create index ledger_corrections_by_charge on ledger_corrections (charge_id);
create index ledger_corrections_pending on ledger_corrections (noted_us) where applied_us is null;
