-- The salts of the hashes that stand in the leaves for texts which may name persons, by the numbers of the fields; as in ledger_personal_values.
create table ledger_personal_texts (
  entry_id integer not null, field integer not null, salt text, commitment text,
  primary key (entry_id, field)) strict, without rowid;

-- Who was erased at whose wish, and when, without who it was.
create table ledger_erasures (
  number integer primary key, time_us integer not null, entries integer not null, personal_values integer not null, kind text not null, erased_by text not null, reason text) strict;

-- The ids that entries had whose operations named somebody who was erased, for a day, so that an entry that is delivered twice is known.
create table ledger_erased_entries (former_id text not null primary key) strict, without rowid;

create index ledger_entries_by_corrected on ledger_entries (corrected_entry) where corrected_entry is not null;
