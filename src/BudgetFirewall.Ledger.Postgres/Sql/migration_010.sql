-- The salts of the hashes that stand in the leaves for texts which may name persons, by the numbers of the fields; as in ledger_personal_values.
create table ledger_personal_texts (
  entry_id bigint not null, field bigint not null, salt text, commitment text,
  primary key (entry_id, field));

-- Who was erased at whose wish, and when, without who it was.
create table ledger_erasures (
  number bigint primary key, time_us bigint not null, entries bigint not null, personal_values bigint not null, kind text not null, erased_by text not null, reason text);

-- The ids that entries had whose operations named somebody who was erased, for a day, so that an entry that is delivered twice is known.
create table ledger_erased_entries (former_id text collate "C" not null primary key);

create index ledger_entries_by_corrected on ledger_entries (corrected_entry) where corrected_entry is not null;
