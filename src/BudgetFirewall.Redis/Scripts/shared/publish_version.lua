-- Writes the new version of the runtime budgets, in the catalog and in the meta key.
--
-- in: meta, new_version
call('HSET', KEYS[2], '', new_version)
call('SET', KEYS[1], sub(meta, 1, META_VERSION_AT - 1) .. new_version, 'KEEPTTL')
