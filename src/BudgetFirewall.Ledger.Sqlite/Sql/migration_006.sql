-- The Merkle tree of each partition's entries: its size with its right edge, the hashes of its leaves, and those of the complete subtrees of every fourth level. Leaves stay when their entries are removed.
create table ledger_trees (partition_id integer primary key, size integer not null, edge text not null) strict;
create table ledger_leaves (
  partition_id integer not null, leaf_index integer not null, entry_id integer not null, is_removed integer not null default 0, hash text not null,
  primary key (partition_id, leaf_index)) strict, without rowid;
create unique index ledger_leaves_by_entry on ledger_leaves (entry_id);
create table ledger_tree_nodes (
  partition_id integer not null, level integer not null, node_index integer not null, hash text not null,
  primary key (partition_id, level, node_index)) strict, without rowid;

-- The salts of the hashes that stand for ids of persons in the leaves. When a person is erased, the hash itself takes the place of the salt.
create table ledger_personal_values (
  entry_id integer not null, scope_id integer not null, salt text, commitment text,
  primary key (entry_id, scope_id)) strict, without rowid;

create table ledger_checkpoints (partition_id integer not null, tree_size integer not null, text text not null, primary key (partition_id, tree_size)) strict, without rowid;

-- The key of the last entry that was there before the first leaf: entries up to it need not have one.
create table ledger_log_start (only_row integer primary key check (only_row = 1), after_entry integer not null) strict;
