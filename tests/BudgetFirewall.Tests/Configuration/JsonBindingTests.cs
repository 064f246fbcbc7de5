namespace BudgetFirewall.Tests.Configuration;

public sealed class JsonBindingTests
{
    [Fact]
    public void Every_single_option_is_read()
    {
        var options = Configured.Options("""
            {
              "Currency": "EUR", "ReservationLease": "00:10:00", "FailureMode": "allow", "StoreTimeout": "00:00:00.250", "UnbudgetedRequests": "Deny",
              "OperationIdRetention": "2.00:00:00", "KeyPrefix": "shop", "PartitionBy": "tenant", "RequireStoreAtStart": true
            }
            """);

        options.Currency.Should().Be("EUR");
        options.ReservationLease.Should().Be(TimeSpan.FromMinutes(10));
        options.FailureMode.Should().Be(FailureMode.Allow);
        options.StoreTimeout.Should().Be(TimeSpan.FromMilliseconds(250));
        options.UnbudgetedRequests.Should().Be(UnbudgetedRequests.Deny);
        options.OperationIdRetention.Should().Be(TimeSpan.FromDays(2));
        options.KeyPrefix.Should().Be("shop");
        options.PartitionBy.Should().Be("tenant");
        options.RequireStoreAtStart.Should().BeTrue();
    }

    [Fact]
    public void What_is_not_given_keeps_its_default()
    {
        var options = Configured.Options("""{ "Currency": "USD", "PartitionBy": null, "StoreTimeout": null, "Budgets": null, "Pricing": {} }""");

        var fresh = new BudgetFirewallOptions();
        options.PartitionBy.Should().BeNull();
        options.StoreTimeout.Should().Be(fresh.StoreTimeout);
        options.ReservationLease.Should().Be(fresh.ReservationLease);
        options.OperationIdRetention.Should().Be(fresh.OperationIdRetention);
        options.FailureMode.Should().Be(fresh.FailureMode);
        options.Budgets.Should().BeEmpty();
        options.RateLimits.Should().BeEmpty();
    }

    [Fact]
    public void Dimensions_are_read_as_lists_or_as_one_id()
    {
        var options = Configured.Options("""
            {
              "Budgets": [{ "Scope": "each:user", "Limit": 5, "Name": "Trial users", "Dimensions": { "tier": ["trial", "Free"], "region": "eu" }, "Models": ["gpt"], "CountsRequestsWithoutModel": true, "PriorityHeadroom": { "batch": 0.3, "Report": 1 } }],
              "RateLimits": [{ "Scope": "each:user", "Capacity": 5, "RefillPerSecond": 1, "Name": "Trial calls", "Dimensions": { "tier": "trial" }, "PriorityHeadroom": { "batch": 0 } }]
            }
            """);

        options.Budgets.Should().ContainSingle().Which.Should().Be(new Budget
        {
            Scope = BudgetScope.Each("user"), Limit = 5m, Name = "Trial users", Models = ["gpt"], CountsRequestsWithoutModel = true,
            Dimensions = new Dictionary<string, IReadOnlyList<string>> { ["tier"] = ["trial", "Free"], ["region"] = ["eu"] },
            PriorityHeadroom = new Dictionary<string, decimal> { ["batch"] = 0.3m, ["Report"] = 1m },
        });
        options.RateLimits.Should().ContainSingle().Which.Should().Be(RateLimit.TokenBucket(BudgetScope.Each("user"), 5, 1) with
        {
            Name = "Trial calls",
            Dimensions = new Dictionary<string, IReadOnlyList<string>> { ["tier"] = ["trial"] },
            PriorityHeadroom = new Dictionary<string, decimal> { ["batch"] = 0m },
        });
    }

    [Theory]
    [InlineData("""{ "user": "alice" }""", "Budgets:0:Dimensions must not name the well-known kind 'user'")]
    [InlineData("""{ "tier": [] }""", "Budgets:0:Dimensions must name at least one id of the kind 'tier'")]
    [InlineData("""{ "tier": { "trial": "x" } }""", "Budgets:0:Dimensions:tier:trial must be an entry of a list but its key 'trial' is not a number")]
    [InlineData("\"trial\"", "Budgets:0:Dimensions must have keys of its own but is 'trial'")]
    public void Dimensions_that_are_not_valid_are_errors(string dimensions, string error)
    {
        Configured.Errors($$"""{ "Budgets": [{ "Scope": "each:user", "Limit": 5, "Dimensions": {{dimensions}} }] }""").Should().ContainSingle().Which.Should().StartWith("BudgetFirewall:" + error);
    }

    [Theory]
    [InlineData("""{ "batch": 1.1 }""", "Budgets:0:PriorityHeadroom must have fractions from 0 to 1 in steps of 0.000001, where 0.3 is 30 %; that of 'batch' is 1.1")]
    [InlineData("""{ "batch": 0.0000001 }""", "Budgets:0:PriorityHeadroom must have fractions from 0 to 1 in steps of 0.000001, where 0.3 is 30 %; that of 'batch' is 0.0000001")]
    [InlineData("""{ "batch": "much" }""", "Budgets:0:PriorityHeadroom:batch must be a number such as 10, 0.05 or 1.5e-7 but is 'much'")]
    [InlineData("0.3", "Budgets:0:PriorityHeadroom must have keys of its own but is '0.3'")]
    public void Headroom_that_is_not_valid_is_an_error(string headroom, string error)
    {
        Configured.Errors($$"""{ "Budgets": [{ "Scope": "each:user", "Limit": 5, "PriorityHeadroom": {{headroom}} }] }""").Should().ContainSingle().Which.Should().StartWith("BudgetFirewall:" + error);
    }

    [Fact]
    public void A_budget_is_read_with_all_its_members()
    {
        var options = Configured.Options("""
            {
              "Budgets": [{
                "Id": "night", "Scope": "user=a=b:c", "Limit": 0.000000001, "Period": "week", "Unit": null, "Enforcement": "SOFT", "WarnAt": [0.95, 0.5],
                "IsActive": false, "Providers": ["openai"], "Models": ["llama3:8b", "gpt-4o"], "Operations": ["chat"]
              }]
            }
            """);

        options.Budgets.Should().ContainSingle().Which.Should().Be(new Budget
        {
            Id = "night", Scope = BudgetScope.User("a=b:c"), Limit = 0.000000001m, Period = BudgetPeriod.Week, Enforcement = Enforcement.Soft,
            WarnAt = [0.5m, 0.95m], IsActive = false, Providers = ["openai"], Models = ["llama3:8b", "gpt-4o"], Operations = ["chat"],
        });
    }

    [Fact]
    public void A_budget_of_scope_and_limit_has_the_defaults_of_the_record()
    {
        var options = Configured.Options("""{ "Budgets": [{ "Scope": "each:user", "Limit": 10 }, { "scope": "global", "LIMIT": "9000000000" }] }""");

        options.Budgets.Should().Equal(new Budget { Scope = BudgetScope.Each("user"), Limit = 10m }, new Budget { Scope = BudgetScope.Global, Limit = 9_000_000_000m });
    }

    [Fact]
    public void An_empty_list_of_warnings_means_none_and_a_missing_one_the_default()
    {
        var options = Configured.Options("""
            { "Budgets": [{ "Scope": "global", "Limit": 1, "WarnAt": [] }, { "Scope": "each:user", "Limit": 1, "WarnAt": null }] }
            """);

        options.Budgets[0].WarnAt.Should().BeEmpty();
        options.Budgets[1].WarnAt.Should().Equal(0.8m);
    }

    [Fact]
    public void Rate_limits_are_read_with_all_their_members()
    {
        var options = Configured.Options("""
            {
              "RateLimits": [
                { "Scope": "provider=finnhub", "Capacity": 1000, "RefillPerSecond": 10 },
                { "Id": "burst", "Scope": "each:api_key", "Capacity": 0.5, "RefillPerSecond": 0, "Unit": "input_tokens", "Enforcement": "shadow",
                  "Providers": ["b", "a"], "Models": ["m"], "Operations": ["o"] }
              ]
            }
            """);

        options.RateLimits.Should().Equal(new RateLimit { Scope = BudgetScope.Provider("finnhub"), Capacity = 1000, RefillPerSecond = 10 }, new RateLimit
        {
            Id = "burst", Scope = BudgetScope.Each("api_key"), Capacity = 0.5m, RefillPerSecond = 0, Unit = "input_tokens", Enforcement = Enforcement.Shadow,
            Providers = ["a", "b"], Models = ["m"], Operations = ["o"],
        });
    }

    [Fact]
    public void More_than_ten_entries_keep_their_order()
    {
        var entries = Enumerable.Range(0, 12).Select(i => $$"""{ "Scope": "user={{i}}", "Limit": {{i}} }""");

        var options = Configured.Options($$"""{ "Budgets": [{{string.Join(',', entries)}}] }""");

        options.Budgets.Select(budget => budget.Limit).Should().Equal(Enumerable.Range(0, 12).Select(i => (decimal)i));
    }

    [Fact]
    public void What_a_delegate_adds_comes_after_the_configured_entries()
    {
        var section = Configured.Json("""{ "Currency": "EUR", "Budgets": [{ "Scope": "global", "Limit": 1 }] }""");

        var options = Configured.Options(section, more =>
        {
            more.Currency += "!";
            more.Budgets.Add(new Budget { Scope = BudgetScope.Each("user"), Limit = 2 });
        });

        options.Currency.Should().Be("EUR!");
        options.Budgets.Select(budget => budget.Limit).Should().Equal(1m, 2m);
    }
}
