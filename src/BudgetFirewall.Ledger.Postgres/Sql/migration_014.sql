-- The store that has to make a correction, so that firewalls of other stores on the same ledger leave it alone; null where a former version has noted it.
alter table ledger_corrections add column store_id text collate "C";
