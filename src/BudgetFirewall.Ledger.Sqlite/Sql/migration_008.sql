-- What one process at a time does for all: who does it now, and until when.
create table ledger_leases (until_us integer not null, name text not null primary key, owner text not null) strict;
