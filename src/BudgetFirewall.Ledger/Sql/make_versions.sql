create table if not exists ledger_versions (version bigint not null primary key)
