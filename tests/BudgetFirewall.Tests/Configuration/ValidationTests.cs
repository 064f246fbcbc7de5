namespace BudgetFirewall.Tests.Configuration;

public sealed class ValidationTests
{
    [Fact]
    public void Every_error_of_a_configuration_is_in_one_message()
    {
        var errors = Configured.Errors("""
            {
              "Curency": "EUR",
              "StoreTimeout": "00:02:00",
              "FailureMode": "Open",
              "Budgets": [
                { "Scope": "each:user", "Limit": 10 },
                { "Scope": "user:alice", "Limit": "1,000" },
                { "Scope": "global", "Limit": -5 },
                { "Scope": "global", "Limmit": 5, "Period": "Daily" },
                { "Scope": "each:user", "Limit": 20 }
              ],
              "RateLimits": [{ "Scope": "provider=finnhub", "Capacity": 0, "RefillPerSecond": 1 }],
              "Pricing": { "Providers": { "finnhub": -0.01 }, "Models": { "gpt-4o": { "Ouput": 1 } } }
            }
            """);

        errors.Should().Equal("BudgetFirewall:FailureMode must be one of Deny, Allow but is 'Open'", "BudgetFirewall:StoreTimeout must be from 10 milliseconds to 1 minute but is '00:02:00'", "BudgetFirewall:Budgets:1:Scope: 'user:alice' is not a scope: it must be 'global', 'kind=id' as in 'user=alice', or 'each:kind' as in 'each:user'. Did you mean 'user=alice'?", "BudgetFirewall:Budgets:1:Limit must be a number such as 10, 0.05 or 1.5e-7 but is '1,000'", "BudgetFirewall:Budgets:2:Limit must be from 0 to 9,000,000,000,000 but is '-5'", "BudgetFirewall:Budgets:3:Limit is missing", "BudgetFirewall:Budgets:3:Period must be hour, day, week, month, quarter, year, none, a length such as 00:30:00 or 3.00:00:00@2026-01-05T00:00:00Z, or one span such as 2026-03-01T00:00:00Z/2026-04-01T00:00:00Z but is 'Daily'", "BudgetFirewall:Budgets:3:Limmit is not a known key, did you mean Limit; known here are Id, Scope, Limit, Period, TimeZone, Unit, Enforcement, Throttle, WarnAt, IsActive, Providers, Models, Operations, Dimensions, CountsRequestsWithoutModel, PriorityHeadroom, Name, Schedule, LimitFromUsage", "BudgetFirewall:RateLimits:0:Capacity must be from 0.000001 to 9,000,000,000 in steps of 0.000001 but is '0'", "BudgetFirewall:Pricing:Models:gpt-4o:Input is missing, and InputPerMillion too", "BudgetFirewall:Pricing:Models:gpt-4o:Ouput is not a known key, did you mean Output; known here are Input, InputPerMillion, CachedInput, CachedInputPerMillion, CacheWrite, CacheWritePerMillion, "
                    + "CacheWriteOneHour, CacheWriteOneHourPerMillion, AudioInput, AudioInputPerMillion, ImageInput, ImageInputPerMillion, Output, OutputPerMillion, "
                    + "Reasoning, ReasoningPerMillion, AudioOutput, AudioOutputPerMillion, ImageOutput, ImageOutputPerMillion, Units, ServiceTiers, LongContext", "BudgetFirewall:Pricing:Providers:finnhub must be from 0 to 9,000,000,000 but is '-0.01'", "BudgetFirewall:Curency is not a known key, did you mean Currency; known here are Currency, ReservationLease, MaxWait, FailureMode, StoreTimeout, DenialCache, UnbudgetedRequests, "
                    + "OperationIdRetention, QuotaHistory, QuotaReallocation, MaxCost, MaxDimensions, MaxIdBytes, MaxUnits, MaxOpenReservations, KeyPrefix, PartitionBy, MetricProviders, RequireStoreAtStart, Budgets, RateLimits, Quotas, Pricing, Outbox, Approvals, Alerts", "BudgetFirewall:Budgets:4 ('each:user/day') counts the same thing as BudgetFirewall:Budgets:0 ('each:user/day'): scope, period, time zone, unit and filters are equal");
    }

    [Fact]
    public void Errors_of_delegates_are_in_the_same_message()
    {
        var errors = Configured.Errors(Configured.Json("""{ "Currency": "" }"""), options =>
        {
            options.StoreTimeout = TimeSpan.Zero;
            options.ReservationLease = TimeSpan.FromHours(25);
            options.OperationIdRetention = TimeSpan.FromSeconds(1);
            options.FailureMode = (FailureMode)7;
            options.UnbudgetedRequests = (UnbudgetedRequests)(-1);
            options.MaxCost = 0;
            options.KeyPrefix = null!;
            options.PartitionBy = "";
            options.Budgets.Add(null!);
            options.Budgets.Add(new Budget { Scope = BudgetScope.Global, Limit = 9_000_000_001m });
            options.RateLimits.Add(null!);
            options.Pricing.Units["kb"] = -1;
            options.Pricing.UnknownProviders = (UnknownProviderPolicy)3;
        });

        errors.Should().Equal("BudgetFirewall:Currency must not be empty but is ''", "ReservationLease must be from 1 second to 24 hours but is '1.01:00:00'", "FailureMode must be one of Deny, Allow but is '7'", "StoreTimeout must be from 10 milliseconds to 1 minute but is '00:00:00'", "UnbudgetedRequests must be one of Allow, Deny but is '-1'", "OperationIdRetention must be from 1 minute to 30 days but is '00:00:01'", "MaxCost must be above 0 and at most 9,000,000,000 but is '0'", "KeyPrefix must not be null but is null", "PartitionBy must not be empty but is ''", "Budgets:0 is null", "Budgets:1:Limit must be from 0 to 9,000,000,000 but is '9000000001'", "RateLimits:0 is null", "Pricing:Units:kb must be from 0 to 9,000,000,000 but is '-1'", "Pricing:UnknownProviders must be one of Refuse, Free but is '3'");
    }

    [Theory]
    [InlineData("5", null)]
    [InlineData("9000000000", null)]
    [InlineData("0.000000001", null)]
    [InlineData("0", "BudgetFirewall:MaxCost must be above 0 and at most 9,000,000,000 but is '0'")]
    [InlineData("-1", "BudgetFirewall:MaxCost must be above 0 and at most 9,000,000,000 but is '-1'")]
    [InlineData("9000000001", "BudgetFirewall:MaxCost must be above 0 and at most 9,000,000,000 but is '9000000001'")]
    public void The_highest_cost_of_a_call_is_read_within_its_range(string text, string? error)
    {
        var section = Configured.Values(("Currency", "USD"), ("MaxCost", text));

        Configured.Errors(section).Should().Equal(error is null ? [] : [error]);
        if (error is null)
            Configured.Options(section).MaxCost.Should().Be(decimal.Parse(text, System.Globalization.CultureInfo.InvariantCulture));
        new BudgetFirewallOptions().MaxCost.Should().Be(100_000m);
    }

    [Fact]
    public void Two_active_budgets_that_count_the_same_thing_are_an_error_naming_both()
    {
        var errors = Configured.Errors(options =>
        {
            options.Budgets.Add(new Budget { Id = "a", Scope = BudgetScope.User("alice"), Limit = 1, Models = ["m", "n"], Unit = "record", Period = BudgetPeriod.Month });
            options.Budgets.Add(new Budget { Scope = BudgetScope.Global, Limit = 1 });
            options.Budgets.Add(new Budget { Id = "b", Scope = BudgetScope.User("alice"), Limit = 2, Models = ["n", "m"], Unit = "record", Period = BudgetPeriod.Month });
        });

        errors.Should().Equal("Budgets:2 ('b') counts the same thing as Budgets:0 ('a'): scope, period, time zone, unit and filters are equal");
    }

    [Fact]
    public void Budgets_that_differ_in_scope_period_unit_or_filter_stand_side_by_side()
    {
        var budget = new Budget { Scope = BudgetScope.User("alice"), Limit = 1 };
        Budget[] budgets =
        [
            budget,
            budget with { Scope = BudgetScope.Each("user") },
            budget with { Scope = BudgetScope.Project("alice") },
            budget with { Period = BudgetPeriod.Month },
            budget with { Unit = "record" },
            budget with { Models = ["m"] },
            budget with { Providers = ["m"] },
            budget with { Id = "replaced", Limit = 5, IsActive = false },
        ];

        Configured.Errors(options => AddAll(options.Budgets, budgets)).Should().BeEmpty();
    }

    [Fact]
    public void Two_budgets_with_the_same_id_are_an_error()
    {
        var errors = Configured.Errors(options =>
        {
            options.Budgets.Add(new Budget { Id = "daily", Scope = BudgetScope.Global, Limit = 1 });
            options.Budgets.Add(new Budget { Id = "daily", Scope = BudgetScope.Each("user"), Limit = 1, IsActive = false });
        });

        errors.Should().Equal("Budgets:1 has the same id as Budgets:0: 'daily'; give one of them an Id of its own");
    }

    [Fact]
    public void Two_rate_limits_with_the_same_id_are_an_error_and_names_of_their_own_help()
    {
        var limit = new RateLimit { Scope = BudgetScope.Global, Capacity = 1, RefillPerSecond = 1 };

        Configured.Errors(options => AddAll(options.RateLimits, limit, limit with { Capacity = 2 })).Should().Equal("RateLimits:1 has the same id as RateLimits:0: 'global/rate'; give one of them an Id of its own");
        Configured.Errors(options => AddAll(options.RateLimits, limit, limit with { Id = "hourly", Capacity = 2 })).Should().BeEmpty();
    }

    [Fact]
    public void A_budget_and_a_rate_limit_may_share_an_id()
    {
        Configured.Errors(options =>
        {
            options.Budgets.Add(new Budget { Id = "x", Scope = BudgetScope.Global, Limit = 1 });
            options.RateLimits.Add(new RateLimit { Id = "x", Scope = BudgetScope.Global, Capacity = 1, RefillPerSecond = 1 });
        }).Should().BeEmpty();
    }

    [Fact]
    public void A_long_value_is_shortened_in_its_error()
    {
        var error = Configured.Errors(Configured.Values(("StoreTimeout", new string('x', 10_000)))).Should().ContainSingle().Which;

        error.Length.Should().BeInRange(100, 300);
    }

    [Fact]
    public void Nothing_configured_is_valid() => Configured.Errors(_ => { }).Should().BeEmpty();

    private static void AddAll<T>(IList<T> list, params T[] items)
    {
        foreach (var item in items)
            list.Add(item);
    }
}
