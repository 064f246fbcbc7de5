-- What is given back of charges, noted before it is taken out of their counters, so that all corrections of a charge together are never more than the charge. One that
-- was made has its entry in the ledger, and the time of that; both are written in one transaction. The empty text stands for no partition and for no scope.
create table ledger_corrections (
  id integer primary key, amount_nanos integer not null, before_nanos integer not null, is_whole integer not null, charge_us integer not null, noted_us integer not null, applied_us integer,
  correction_id text not null, operation_scope text not null, partition_name text not null, fingerprint text not null, charge_id text not null, actor text, reason text,
  unique (correction_id, operation_scope, partition_name)) strict;
create index ledger_corrections_by_charge on ledger_corrections (charge_id);
create index ledger_corrections_pending on ledger_corrections (noted_us) where applied_us is null;
