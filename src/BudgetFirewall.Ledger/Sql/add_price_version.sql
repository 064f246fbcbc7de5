insert into ledger_price_versions (prices, currency_id) values (@prices, @currency) returning id
