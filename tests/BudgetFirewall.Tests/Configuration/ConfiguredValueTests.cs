namespace BudgetFirewall.Tests.Configuration;

public sealed class ConfiguredValueTests
{
    [Theory]
    [InlineData("0", "0")]
    [InlineData("10", "10")]
    [InlineData("+10.50", "10.5")]
    [InlineData(".5", "0.5")]
    [InlineData(" 7 ", "7")]
    [InlineData("1e3", "1000")]
    [InlineData("2.5E-7", "0.00000025")]
    [InlineData("0.000000001", "0.000000001")]
    [InlineData("9000000000", "9000000000")]
    [InlineData("-0", "0")]
    public void A_number_is_read_the_same_everywhere(string text, string limit)
    {
        var options = Configured.Options(Configured.Values(("Budgets:0:Scope", "global"), ("Budgets:0:Limit", text)));

        options.Budgets.Should().ContainSingle().Which.Limit.Should().Be(decimal.Parse(limit, System.Globalization.CultureInfo.InvariantCulture));
    }

    [Theory]
    [InlineData("")]
    [InlineData("ten")]
    [InlineData("NaN")]
    [InlineData("Infinity")]
    [InlineData("1e400")]
    [InlineData("0x10")]
    [InlineData("1,000")]
    [InlineData("1.000,00")]
    [InlineData("1_000")]
    [InlineData("1 000")]
    [InlineData("$10")]
    [InlineData("(10)")]
    [InlineData("10%")]
    [InlineData("٣")]
    [InlineData("79228162514264337593543950336")]
    public void What_is_not_a_number_is_an_error_and_not_zero(string text)
    {
        LimitErrors(text).Should().Equal($"BudgetFirewall:Budgets:0:Limit must be a number such as 10, 0.05 or 1.5e-7 but is '{text}'");
    }

    [Theory]
    [InlineData("1e-40")]
    [InlineData("0.00000000000000000000000000001")]
    public void A_number_too_fine_to_be_held_is_an_error_and_not_zero(string text)
    {
        LimitErrors(text).Should().Equal($"BudgetFirewall:Budgets:0:Limit must have at most 28 decimal places but is '{text}'");
    }

    [Theory]
    [InlineData("-5", null, "must be from 0 to 9,000,000,000,000 but is '-5'")]
    [InlineData("-0.000000001", null, "must be from 0 to 9,000,000,000,000 but is '-0.000000001'")]
    [InlineData("0.0000000001", null, "must be a multiple of 0.000000001 but is '0.0000000001'")]
    [InlineData("9000000000.000000001", null, "must be from 0 to 9,000,000,000 but is '9000000000.000000001'")]
    [InlineData("9000000000001", "record", "must be from 0 to 9,000,000,000,000 but is '9000000000001'")]
    [InlineData("0.0000001", "record", "must be a multiple of 0.000001 but is '0.0000001'")]
    public void A_limit_outside_its_range_or_finer_than_its_step_is_an_error(string limit, string? unit, string error)
    {
        LimitErrors(limit, unit).Should().Equal("BudgetFirewall:Budgets:0:Limit " + error);
    }

    [Theory]
    [InlineData("9000000000", null)]
    [InlineData("0.000000001", null)]
    [InlineData("0", null)]
    [InlineData("9000000000000", "record")]
    [InlineData("0.000001", "record")]
    public void A_limit_at_the_edge_of_its_range_is_valid(string limit, string? unit) => LimitErrors(limit, unit).Should().BeEmpty();

    [Theory]
    [InlineData("StoreTimeout", "5")]
    [InlineData("StoreTimeout", "1")]
    [InlineData("StoreTimeout", "00:30")]
    [InlineData("StoreTimeout", "1s")]
    [InlineData("StoreTimeout", "PT1S")]
    [InlineData("OperationIdRetention", "24:00:00")]
    [InlineData("OperationIdRetention", "7")]
    [InlineData("ReservationLease", "")]
    public void A_time_span_is_written_in_full(string key, string text)
    {
        Configured.Errors(Configured.Values((key, text))).Should().Equal($"BudgetFirewall:{key} must be a time span [days.]hours:minutes:seconds such as 00:05:00 or 1.00:00:00 but is '{text}'");
    }

    [Theory]
    [InlineData("ReservationLease", "00:00:00.9999999", "1.00:00:00.0000001", "must be from 1 second to 24 hours")]
    [InlineData("MaxWait", "-00:00:00.0000001", "1.00:00:00.0000001", "must be from 0 to 24 hours")]
    [InlineData("StoreTimeout", "00:00:00.0099999", "00:01:00.0000001", "must be from 10 milliseconds to 1 minute")]
    [InlineData("OperationIdRetention", "00:00:59.9999999", "30.00:00:00.0000001", "must be from 1 minute to 30 days")]
    public void A_time_span_outside_its_range_is_an_error(string key, string tooShort, string tooLong, string error)
    {
        Configured.Errors(Configured.Values((key, tooShort))).Should().Equal($"BudgetFirewall:{key} {error} but is '{tooShort}'");
        Configured.Errors(Configured.Values((key, tooLong))).Should().Equal($"BudgetFirewall:{key} {error} but is '{tooLong}'");
    }

    [Theory]
    [InlineData("ReservationLease", "00:00:01", "1.00:00:00")]
    [InlineData("StoreTimeout", "00:00:00.01", "00:01:00")]
    [InlineData("OperationIdRetention", "00:01:00", "30.00:00:00")]
    public void A_time_span_at_the_edge_of_its_range_is_valid(string key, string shortest, string longest)
    {
        Configured.Errors(Configured.Values((key, shortest))).Should().BeEmpty();
        Configured.Errors(Configured.Values((key, longest))).Should().BeEmpty();
    }

    [Theory]
    [InlineData("FailureMode", "1", "must be one of Deny, Allow but is '1'")]
    [InlineData("FailureMode", "Deny,Allow", "must be one of Deny, Allow but is 'Deny,Allow'")]
    [InlineData("UnbudgetedRequests", "", "must be one of Allow, Deny but is ''")]
    [InlineData("RequireStoreAtStart", "yes", "must be true or false but is 'yes'")]
    [InlineData("KeyPrefix", "", "must not be empty but is ''")]
    [InlineData("KeyPrefix", "a{b", "must have 1 to 64 characters and no braces but is 'a{b'")]
    [InlineData("KeyPrefix", "0123456789012345678901234567890123456789012345678901234567890123+", "must have 1 to 64 characters and no braces but is '0")]
    [InlineData("PartitionBy", "", "must not be empty but is ''")]
    [InlineData("PartitionBy", "global", "must be a kind that requests differ in but is 'global'")]
    [InlineData("PartitionBy", "a=b", "must not contain '=': 'a=b'")]
    [InlineData("Currency", "", "must not be empty but is ''")]
    [InlineData("Budgets", "none", "must be a list but is 'none'")]
    [InlineData("Budgets:0", "none", "must have keys of its own (Id, Scope, Limit")]
    [InlineData("Pricing", "none", "must have keys of its own (DefaultCostPerRequest")]
    public void A_value_of_another_sort_is_an_error(string key, string value, string error)
    {
        Configured.Errors(Configured.Values((key, value))).Should().ContainSingle().Which.Should().StartWith($"BudgetFirewall:{key} {error}");
    }

    [Fact]
    public void A_time_zone_for_a_period_that_goes_by_no_clock_is_an_error() => Configured.Errors(Configured.Values(
            ("Budgets:0:Scope", "global"), ("Budgets:0:Limit", "1"), ("Budgets:0:TimeZone", "Europe/Berlin"), ("Budgets:0:Period", "3.00:00:00@2026-01-05T00:00:00Z")))
        .Should().Equal("BudgetFirewall:Budgets:0:TimeZone must be UTC for the period '3.00:00:00@2026-01-05T00:00:00Z', which does not go by the clock of a time zone, but is 'Europe/Berlin'");

    [Theory]
    [InlineData("Scope", "alice", ": 'alice' is not a scope: it must be 'global', 'kind=id' as in 'user=alice', or 'each:kind' as in 'each:user'")]
    [InlineData("Scope", "user=", ": 'user=' is not a scope: id must not be empty. (Parameter 'id')")]
    [InlineData("Scope", "each:global", ": 'each:global' is not a scope: There is one global scope; use BudgetScope.Global. (Parameter 'kind')")]
    [InlineData("Period", "Fortnight", " must be hour, day, week, month, quarter, year, none, a length such as 00:30:00 or 3.00:00:00@2026-01-05T00:00:00Z, or one span such as 2026-03-01T00:00:00Z/2026-04-01T00:00:00Z but is 'Fortnight'")]
    [InlineData("TimeZone", "Mars/Olympus", " must be UTC or a time zone of the IANA database such as Europe/Berlin; 'Mars/Olympus' is not one that the system knows")]
    [InlineData("Enforcement", "0", " must be one of Hard, Soft, Shadow, Throttle, Escalate but is '0'")]
    [InlineData("IsActive", "1", " must be true or false but is '1'")]
    [InlineData("Unit", "", " must not be empty but is ''")]
    [InlineData("Id", "", " must not be empty but is ''")]
    [InlineData("WarnAt", "0.8", " must be a list but is '0.8'")]
    [InlineData("WarnAt:0", "80%", " must be a number such as 10, 0.05 or 1.5e-7 but is '80%'")]
    [InlineData("Models:1", "", " must not be empty but is ''")]
    public void A_bad_value_in_a_budget_is_an_error(string key, string value, string error)
    {
        List<(string, string?)> values = [("Budgets:0:Scope", "global"), ("Budgets:0:Limit", "1")];
        values.RemoveAll(pair => pair.Item1 == "Budgets:0:" + key);

        var found = Configured.Errors(Configured.Values([.. values, ("Budgets:0:" + key, value)])).Should().ContainSingle().Which;

        found.Should().StartWith("BudgetFirewall:Budgets:0:" + key + error);
    }

    [Fact]
    public void A_warning_fraction_outside_its_range_is_an_error()
    {
        Configured.Errors("""{ "Budgets": [{ "Scope": "global", "Limit": 1, "WarnAt": [0.5, 0] }] }""").Should().Equal("BudgetFirewall:Budgets:0:WarnAt must be fractions above 0 up to 100 in steps of 0.000001; 0.8 is 80 % but is '0.5, 0'");
    }

    [Theory]
    [InlineData("Capacity", "0", "must be from 0.000001 to 9,000,000,000 in steps of 0.000001 but is '0'")]
    [InlineData("Capacity", "1e10", "must be from 0.000001 to 9,000,000,000 in steps of 0.000001 but is '1e10'")]
    [InlineData("RefillPerSecond", "-1", "must be 0 or from 0.000001 to 9,000,000,000 in steps of 0.000001 but is '-1'")]
    [InlineData("RefillPerSecond", "0.0000001", "must be 0 or from 0.000001 to 9,000,000,000 in steps of 0.000001 but is '0.0000001'")]
    [InlineData("Enforcement", "Soft", "must be one of Hard, Shadow but is 'Soft'")]
    [InlineData("Enforcement", "firm", "must be one of Hard, Soft, Shadow, Throttle, Escalate but is 'firm'")]
    public void A_bad_rate_is_an_error(string key, string value, string error)
    {
        Dictionary<string, string?> rate = new() { ["Scope"] = "global", ["Capacity"] = "1", ["RefillPerSecond"] = "1", [key] = value };

        Configured.Errors(Configured.Values([.. rate.Select(pair => ("RateLimits:0:" + pair.Key, pair.Value))])).Should().Equal($"BudgetFirewall:RateLimits:0:{key} {error}");
    }

    [Theory]
    [InlineData("TokenBucket")]
    [InlineData("token_bucket")]
    [InlineData("tokenbucket")]
    public void An_algorithm_is_read_as_it_is_named_in_code_and_in_json(string name)
    {
        var options = Configured.Options(Configured.Values(
            ("RateLimits:0:Scope", "global"), ("RateLimits:0:Algorithm", name), ("RateLimits:0:Capacity", "5"), ("RateLimits:0:RefillPerSecond", "1")));

        options.RateLimits.Should().Equal(RateLimit.TokenBucket(BudgetScope.Global, capacity: 5, refillPerSecond: 1));
    }

    [Fact]
    public void Every_value_that_a_rate_limit_lacks_is_named()
    {
        Configured.Errors("""{ "RateLimits": [{ "Scope": "global", "Capcity": 5 }] }""").Should().BeEquivalentTo(
            "BudgetFirewall:RateLimits:0:Capacity is missing",
            "BudgetFirewall:RateLimits:0:RefillPerSecond is missing",
            "BudgetFirewall:RateLimits:0:Capcity is not a known key, did you mean Capacity; known here are Id, Scope, Algorithm, Capacity, RefillPerSecond, Limit, Window, Alignment, RatePerSecond, QueueLimit, MaxWait, Unit, Enforcement, IsActive, Providers, Models, Operations, Dimensions, CountsRequestsWithoutModel, PriorityHeadroom, Name, Adaptive, Schedule");
    }

    [Theory]
    [InlineData("FixedWindow", "Window", null, "is missing")]
    [InlineData("sliding_window", "Limit", null, "is missing")]
    [InlineData("SlidingWindow", "Alignment", "utc", "must not be given for a SlidingWindow but is 'utc'")]
    [InlineData("FixedWindow", "Capacity", "7", "must not be given for a FixedWindow but is '7'")]
    [InlineData("FixedWindow", "Alignment", "Mars/Olympus", "must be utc, first_request or a time zone such as Europe/Berlin but is 'Mars/Olympus'")]
    [InlineData("FixedWindow", "Window", "60", "must be a time span [days.]hours:minutes:seconds such as 00:05:00 or 1.00:00:00 but is '60'")]
    [InlineData("FixedWindow", "Window", "00:00:00.0001", "must be from 1 millisecond to 366 days in whole milliseconds but is '00:00:00.0001'")]
    [InlineData("FixedWindow", "Limit", "0", "must be from 0.000001 to 9,000,000,000 in steps of 0.000001 but is '0'")]
    [InlineData("Window", "Algorithm", "Window", "must be one of TokenBucket, FixedWindow, SlidingWindow, LeakyBucket but is 'Window'")]
    public void A_bad_window_is_an_error(string algorithm, string key, string? value, string error)
    {
        Dictionary<string, string?> window = new() { ["Scope"] = "global", ["Algorithm"] = algorithm, ["Limit"] = "5", ["Window"] = "00:01:00", [key] = value };

        Configured.Errors(Configured.Values([.. window.Where(pair => pair.Value is not null).Select(pair => ("RateLimits:0:" + pair.Key, pair.Value))]))
            .Should().Contain($"BudgetFirewall:RateLimits:0:{key} {error}");
    }

    [Fact]
    public void Windows_are_read_with_all_their_members()
    {
        Configured.Options("""
            {
              "RateLimits": [
                { "Id": "minute", "Scope": "global", "Algorithm": "fixed_window", "Limit": 100, "Window": "00:01:00" },
                { "Id": "day", "Scope": "global", "Algorithm": "FixedWindow", "Limit": 0.5, "Window": "1.00:00:00", "Alignment": "America/New_York" },
                { "Id": "any", "Scope": "global", "Algorithm": "sliding_window", "Limit": 7, "Window": "00:00:00.100" }
              ]
            }
            """).RateLimits.Should().Equal(
            RateLimit.FixedWindow(BudgetScope.Global, 100, TimeSpan.FromMinutes(1)) with { Id = "minute" },
            RateLimit.FixedWindow(BudgetScope.Global, 0.5m, TimeSpan.FromDays(1), WindowAlignment.InTimeZone("America/New_York")) with { Id = "day" },
            RateLimit.SlidingWindow(BudgetScope.Global, 7, TimeSpan.FromMilliseconds(100)) with { Id = "any" });
    }

    [Theory]
    [InlineData("RatePerSecond", null, "is missing")]
    [InlineData("RatePerSecond", "0", "must be from 0.000001 to 9,000,000,000 in steps of 0.000001 but is '0'")]
    [InlineData("QueueLimit", "-1", "must be 0 or from 0.000001 to 9,000,000,000 in steps of 0.000001 but is '-1'")]
    [InlineData("MaxWait", "1.00:00:01", "must be from 0 to 24 hours but is '1.00:00:01'")]
    [InlineData("MaxWait", "00:00:00.0001", "must be from 0 to 24 hours in whole milliseconds but is '00:00:00.0001'")]
    [InlineData("Capacity", "7", "must not be given for a LeakyBucket but is '7'")]
    public void A_bad_queue_is_an_error(string key, string? value, string error)
    {
        Dictionary<string, string?> queue = new() { ["Scope"] = "global", ["Algorithm"] = "leaky_bucket", ["RatePerSecond"] = "5", [key] = value };

        Configured.Errors(Configured.Values([.. queue.Where(pair => pair.Value is not null).Select(pair => ("RateLimits:0:" + pair.Key, pair.Value))]))
            .Should().Contain($"BudgetFirewall:RateLimits:0:{key} {error}");
    }

    [Fact]
    public void Queues_are_read_with_all_their_members()
    {
        Configured.Options("""
            {
              "MaxWait": "00:00:05",
              "RateLimits": [ { "Scope": "global", "Algorithm": "leaky_bucket", "RatePerSecond": 2.5, "QueueLimit": 10, "MaxWait": "00:00:30" } ]
            }
            """).RateLimits.Should().Equal(RateLimit.LeakyBucket(BudgetScope.Global, 2.5m, 10, TimeSpan.FromSeconds(30)));
    }

    [Theory]
    [InlineData("Adaptive:Floor", "101", "must be at most RefillPerSecond, which is '100', but is '101'")]
    [InlineData("Adaptive:Floor", "0", "must be from 0.000001 to 9,000,000,000 in steps of 0.000001 but is '0'")]
    [InlineData("Adaptive:Floor", null, "is missing")]
    [InlineData("Adaptive:GrowthPerSecond", "-1", "must be 0 or from 0.000001 to 9,000,000,000 in steps of 0.000001 but is '-1'")]
    [InlineData("Adaptive:GrowthPerSecond", null, "is missing")]
    [InlineData("Adaptive:DecreaseFactor", "1", "must be above 0 and below 1, in steps of 0.000001 but is '1'")]
    [InlineData("Adaptive:DecreaseFactor", "0.1234567", "must be above 0 and below 1, in steps of 0.000001 but is '0.1234567'")]
    [InlineData("Adaptive:Cooldown", "00:00:00.009", "must be from 10 milliseconds to 1 hour in whole milliseconds but is '00:00:00.009'")]
    [InlineData("Adaptive:Cooldown", "01:00:01", "must be from 10 milliseconds to 1 hour in whole milliseconds but is '01:00:01'")]
    [InlineData("Adaptive:LongestPause", "1.00:00:01", "must be from 0 to 24 hours in whole milliseconds but is '1.00:00:01'")]
    [InlineData("Schedule:0:RefillPerSecond", "4", "must be at least Adaptive:Floor, which is '5', but is '4'")]
    public void A_bad_adaptive_limit_is_an_error(string key, string? value, string error)
    {
        Dictionary<string, string?> limit = new()
        {
            ["Scope"] = "global", ["Capacity"] = "100", ["RefillPerSecond"] = "100", ["Adaptive:Floor"] = "5", ["Adaptive:GrowthPerSecond"] = "8", [key] = value,
        };

        Configured.Errors(Configured.Values([.. limit.Where(pair => pair.Value is not null).Select(pair => ("RateLimits:0:" + pair.Key, pair.Value))]))
            .Should().Contain($"BudgetFirewall:RateLimits:0:{key} {error}");
    }

    [Fact]
    public void Adaptive_limits_are_read_with_all_their_members()
    {
        Configured.Options("""
            {
              "RateLimits": [ { "Scope": "global", "Capacity": 100, "RefillPerSecond": 100,
                "Adaptive": { "Floor": 5, "GrowthPerSecond": 0.5, "DecreaseFactor": 0.9, "Cooldown": "00:00:02", "LongestPause": "00:00:30" } } ]
            }
            """).RateLimits.Should().Equal(RateLimit.TokenBucket(BudgetScope.Global, 100, 100) with
        {
            Adaptive = new() { Floor = 5, GrowthPerSecond = 0.5m, DecreaseFactor = 0.9m, Cooldown = TimeSpan.FromSeconds(2), LongestPause = TimeSpan.FromSeconds(30) },
        });
    }

    [Fact]
    public void Code_that_leaves_a_value_of_a_rate_limit_out_hears_of_it_as_well()
    {
        var building = () => new BudgetFirewallBuilder().Configure(options => options.RateLimits.Add(new() { Scope = BudgetScope.Global, Capacity = 1 })).Build();

        building.Should().Throw<Microsoft.Extensions.Options.OptionsValidationException>().Which.Failures.Should().ContainSingle().Which.Should().EndWith("RateLimits:0:RefillPerSecond is missing");
    }

    private static string[] LimitErrors(string limit, string? unit = null) =>
        Configured.Errors(Configured.Values(("Budgets:0:Scope", "global"), ("Budgets:0:Limit", limit), ("Budgets:0:Unit", unit)));
}
