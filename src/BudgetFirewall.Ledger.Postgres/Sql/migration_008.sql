-- What one process at a time does for all: who does it now, and until when.
create table ledger_leases (until_us bigint not null, name text collate "C" not null primary key, owner text not null);
