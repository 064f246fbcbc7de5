namespace BudgetFirewall.Ledger.Tests.Anomalies;

/// <summary>Budgets that are spent too fast are found from the counters of the ledger and from what the store says is left.</summary>
public abstract class BurnRatesAreFound<THarness> : LedgerSuite<THarness> where THarness : ILedgerHarness, new()
{
    [Fact]
    public async Task A_budget_that_would_be_used_up_long_before_its_period_ends_is_told_once_until_it_is_calm()
    {
        await using var firewall = BuildWith(new Budget { Id = "day", Scope = BudgetScope.Each("user"), Limit = 100m });
        await using var anomalies = Open(firewall);

        // At noon, 100 would last until midnight at 8.33 an hour, and six times as fast is 50.
        await SpendAsync(firewall, 20m);
        (await anomalies.EvaluateAsync()).Found.Should().Be(0);
        await SpendAsync(firewall, 25m);
        (await anomalies.EvaluateAsync()).Found.Should().Be(1);
        await SpendAsync(firewall, 1m);
        (await anomalies.EvaluateAsync()).Found.Should().Be(0, "it was told");

        var found = (await anomalies.ListAsync(new() { Kind = AnomalyKind.BurnRate })).Anomalies.Should().ContainSingle().Subject;
        found.Should().BeEquivalentTo(new
        {
            Kind = AnomalyKind.BurnRate,
            Scope = BudgetScope.User("alice"),
            Hour = Noon.AddHours(-1),
            HourEnd = Noon,
            FoundAt = Noon,
            Expected = 4.583333333m,
            Seen = 45m,
            Threshold = 27.499999998m,
            Distance = 8.818m,
            Basis = AnomalyBasis.None,
            Samples = 0,
            BudgetId = "day",
            Unit = (string?)null,
            Partition = (string?)null,
        });

        // Two hours later the last hour is quiet, and then it burns again.
        Clock.Advance(TimeSpan.FromHours(2));
        (await anomalies.EvaluateAsync()).Found.Should().Be(0);
        await SpendAsync(firewall, 40m);
        (await anomalies.EvaluateAsync()).Found.Should().Be(1);
    }

    [Fact]
    public async Task A_burst_that_is_over_is_not_told_and_neither_is_a_budget_that_is_used_up()
    {
        await using var firewall = BuildWith(new Budget { Scope = BudgetScope.Each("user"), Limit = 100m });
        await using var anomalies = Open(firewall);

        await SpendAsync(firewall, 60m);
        Clock.Advance(TimeSpan.FromMinutes(6));
        (await anomalies.EvaluateAsync()).Found.Should().Be(0, "nothing was spent in the last five minutes");
        await SpendAsync(firewall, 40m);
        (await anomalies.EvaluateAsync()).Found.Should().Be(0, "nothing is left");
    }

    [Fact]
    public async Task Small_parts_of_a_budget_and_short_and_endless_periods_are_not_told()
    {
        await using var firewall = BuildWith(
            new() { Scope = BudgetScope.Each("user"), Limit = 1_000m, Period = BudgetPeriod.Month }, new() { Scope = BudgetScope.Provider("openai"), Limit = 100m, Period = BudgetPeriod.Hour },
            new() { Scope = BudgetScope.Global, Limit = 100m, Period = BudgetPeriod.None }, new() { Scope = BudgetScope.Each("project"), Limit = 40m, Enforcement = Enforcement.Shadow });
        await using var anomalies = Open(firewall);

        await SpendAsync(firewall, 19.9m);
        (await anomalies.EvaluateAsync()).Found.Should().Be(0, "it is less than two hundredths of the month's limit");
        await SpendAsync(firewall, 0.1m);

        (await anomalies.EvaluateAsync()).Found.Should().Be(1);
    }

    [Fact]
    public async Task Budgets_of_units_of_the_whole_and_with_filters_are_watched_by_their_own_counters()
    {
        await using var firewall = BuildWith(
            new() { Id = "tokens", Scope = BudgetScope.Each("user"), Limit = 1_000m, Unit = "input_tokens" },
            new() { Id = "all", Scope = BudgetScope.Global, Limit = 100m },
            new() { Id = "day", Scope = BudgetScope.Each("user"), Limit = 80m },
            new() { Id = "other", Scope = BudgetScope.Each("user"), Limit = 10m, Providers = ["mistral"] });
        await using var anomalies = Open(firewall);

        await SpendAsync(firewall, 60m, usage: BudgetUsage.Tokens(700, 0));
        (await anomalies.EvaluateAsync()).Found.Should().Be(3);
        (await anomalies.EvaluateAsync()).Found.Should().Be(0, "each counter is known");

        (await anomalies.ListAsync()).Anomalies.Should().BeEquivalentTo(
        [
            new { BudgetId = "tokens", Scope = BudgetScope.User("alice"), Unit = (string?)"input_tokens", Seen = 700m, Expected = 25m },
            new { BudgetId = "all", Scope = BudgetScope.Global, Unit = (string?)null, Seen = 60m, Expected = 3.333333333m },
            new { BudgetId = "day", Scope = BudgetScope.User("alice"), Unit = (string?)null, Seen = 60m, Expected = 1.666666666m },
        ]);
    }

    [Fact]
    public async Task Each_partition_has_its_own()
    {
        await using var firewall = Build(options =>
        {
            options.PartitionBy = "tenant";
            options.Budgets.Add(new() { Id = "day", Scope = BudgetScope.Each("user"), Limit = 100m });
        });
        await using var anomalies = Open(firewall);

        await SpendAsync(firewall, 60m, tenant: "acme");
        await SpendAsync(firewall, 10m, tenant: "other");
        (await anomalies.EvaluateAsync()).Found.Should().Be(1);

        (await anomalies.ListAsync()).Anomalies.Single().Should().BeEquivalentTo(new { Scope = BudgetScope.User("alice"), Partition = "acme", Seen = 60m });
    }

    [Fact]
    public async Task A_budget_of_one_scope_is_watched_in_the_place_of_that_of_each()
    {
        await using var firewall = BuildWith(new Budget { Id = "each", Scope = BudgetScope.Each("user"), Limit = 100m }, new Budget { Id = "alice", Scope = BudgetScope.User("alice"), Limit = 10_000m });
        await using var anomalies = Open(firewall);
        await SpendAsync(firewall, 60m);
        (await anomalies.EvaluateAsync()).Found.Should().Be(0);

        await firewall.Budgets.SetAsync(new() { Id = "alice", Scope = BudgetScope.User("alice"), Limit = 90m });
        (await anomalies.EvaluateAsync()).Found.Should().Be(1);

        (await anomalies.ListAsync()).Anomalies.Single().BudgetId.Should().Be("alice");
    }

    [Fact]
    public async Task An_allowance_and_the_next_period_make_it_calm()
    {
        await using var firewall = BuildWith(new Budget { Id = "day", Scope = BudgetScope.Each("user"), Limit = 100m });
        await using var anomalies = Open(firewall);
        await SpendAsync(firewall, 60m);
        (await anomalies.EvaluateAsync()).Found.Should().Be(1);
        (await CountAsync("count(*) from ledger_anomalies where calm_us = 0")).Should().Be(1);

        await firewall.Budgets.GrantAsync(new() { BudgetId = "day", Scope = BudgetScope.User("alice"), Amount = 10_000m, Reason = "enough" });
        (await anomalies.EvaluateAsync()).Found.Should().Be(0);

        (await CountAsync("count(*) from ledger_anomalies where calm_us = 0")).Should().Be(0);
        Clock.Advance(TimeSpan.FromHours(13));
        await SpendAsync(firewall, 60m);
        (await anomalies.EvaluateAsync()).Found.Should().Be(1);
        Clock.Advance(TimeSpan.FromDays(1));
        (await anomalies.EvaluateAsync()).Found.Should().Be(0);
        (await CountAsync("count(*) from ledger_anomalies where calm_us = 0")).Should().Be(0);
    }

    [Theory]
    [InlineData(30.0, 0)]
    [InlineData(30.1, 1)]
    public async Task It_is_told_above_the_factor_and_not_at_it(double last, int found)
    {
        // What is left is 60, of which 5 in an hour last until midnight; 30 are six times as much.
        await using var firewall = BuildWith(new Budget { Id = "day", Scope = BudgetScope.Each("user"), Limit = 60m + (decimal)last });
        await using var anomalies = Open(firewall);

        await SpendAsync(firewall, (decimal)last);

        (await anomalies.EvaluateAsync()).Found.Should().Be(found);
    }

    [Theory]
    [InlineData(2.5, 0)]
    [InlineData(2.6, 1)]
    public async Task The_last_five_minutes_are_as_fast_as_the_hour_or_it_is_not_told(double last, int found)
    {
        // At two o'clock 50 are left for ten hours: 30 an hour are too fast, which are 2.5 in five minutes.
        await using var firewall = BuildWith(new Budget { Id = "day", Scope = BudgetScope.Each("user"), Limit = 90m + (decimal)last });
        await using var anomalies = Open(firewall);
        Clock.Advance(TimeSpan.FromMinutes(70));
        await SpendAsync(firewall, 40m);
        Clock.Advance(TimeSpan.FromMinutes(50));
        await SpendAsync(firewall, (decimal)last);

        (await anomalies.EvaluateAsync()).Found.Should().Be(found);
    }

    [Theory]
    [InlineData(15.0, 0)]
    [InlineData(15.1, 1)]
    public async Task It_is_calm_at_half_of_what_is_too_fast_and_not_above_it(double last, int burning)
    {
        // At two o'clock 50 are left for ten hours: 30 an hour would be too fast.
        await using var firewall = BuildWith(new Budget { Id = "day", Scope = BudgetScope.Each("user"), Limit = 85m + (decimal)last });
        await using var anomalies = Open(firewall);
        await SpendAsync(firewall, 35m);
        (await anomalies.EvaluateAsync()).Found.Should().Be(1);
        Clock.Advance(TimeSpan.FromMinutes(90));
        await SpendAsync(firewall, (decimal)last);
        Clock.Advance(TimeSpan.FromMinutes(30));

        await anomalies.EvaluateAsync();

        (await CountAsync("count(*) from ledger_anomalies where calm_us = 0")).Should().Be(burning);
    }

    [Fact]
    public async Task A_budget_that_is_gone_or_in_no_partition_any_more_is_calm()
    {
        static void Partitioned(BudgetFirewallOptions options)
        {
            options.PartitionBy = "tenant";
            options.Budgets.Add(new() { Id = "day", Scope = BudgetScope.Each("user"), Limit = 100m });
        }
        foreach (var next in new Action<BudgetFirewallOptions>[]
        {
            options => options.Budgets.Add(new() { Id = "day", Scope = BudgetScope.Each("user"), Limit = 100m }),
            options => options.PartitionBy = "tenant",
            options =>
            {
                options.PartitionBy = "tenant";
                options.Budgets.Add(new() { Id = "other", Scope = BudgetScope.Each("user"), Limit = 1_000m });
            },
        })
        {
            await using (var firewall = Build(Partitioned))
            {
                await using var anomalies = Open(firewall);
                await SpendAsync(firewall, 60m, tenant: "acme");
                (await anomalies.EvaluateAsync()).Found.Should().Be(1);
            }
            (await CountAsync("count(*) from ledger_anomalies where calm_us = 0")).Should().Be(1);

            await using var changed = Build(next);
            await using var later = Open(changed);
            (await later.EvaluateAsync()).Found.Should().Be(0);

            (await CountAsync("count(*) from ledger_anomalies where calm_us = 0")).Should().Be(0);
            Clock.MoveTo(Clock.GetUtcNow().AddDays(1));
        }
    }

    [Theory]
    [InlineData(6.0, 1)]
    [InlineData(5.99, 0)]
    public async Task Periods_of_six_hours_and_more_are_watched(double hours, int found)
    {
        await using var firewall = BuildWith(new Budget { Id = "short", Scope = BudgetScope.Each("user"), Limit = 100m, Period = BudgetPeriod.Every(TimeSpan.FromHours(hours), Noon) });
        await using var anomalies = Open(firewall);

        await SpendAsync(firewall, 60m);

        (await anomalies.EvaluateAsync()).Found.Should().Be(found);
    }

    [Fact]
    public async Task Budgets_that_are_not_active_are_not_watched_and_none_are_without_a_factor_or_a_firewall()
    {
        await using var firewall = BuildWith(new() { Id = "day", Scope = BudgetScope.Each("user"), Limit = 100m }, new() { Id = "off", Scope = BudgetScope.Each("project"), Limit = 100m, IsActive = false });
        await SpendAsync(firewall, 60m);
        await using (var without = LedgerAnomalies.Open(Ledger, options => (options.Kinds, options.BurnRateFactor) = (["model"], null), firewall, Clock))
            (await without.EvaluateAsync()).Found.Should().Be(0);
        await using (var alone = LedgerAnomalies.Open(Ledger, options => options.Kinds = ["model"], timeProvider: Clock))
            (await alone.EvaluateAsync()).Found.Should().Be(0);
        await using var anomalies = Open(firewall);

        (await anomalies.EvaluateAsync()).Found.Should().Be(1);

        (await anomalies.ListAsync()).Anomalies.Single().BudgetId.Should().Be("day");
    }

    [Fact]
    public async Task Limits_that_change_with_the_time_are_judged_by_the_one_in_force()
    {
        // Much is too fast for the limit of the afternoon, and little of that of the rest of the week.
        await using var firewall = BuildWith(new Budget
        {
            Id = "timed", Scope = BudgetScope.Each("user"), Limit = 100_000m, Schedule = [new() { From = new(12, 0), Until = new(18, 0), Limit = 100m }],
        });
        await using var anomalies = Open(firewall);

        await SpendAsync(firewall, 60m);

        (await anomalies.EvaluateAsync()).Found.Should().Be(1);
    }

    private LedgerAnomalies Open(IBudgetFirewall firewall) => LedgerAnomalies.Open(Ledger, options => options.Kinds = ["model"], firewall, Clock);

    private IBudgetFirewall BuildWith(params Budget[] budgets) => Build(options =>
    {
        foreach (var budget in budgets)
            options.Budgets.Add(budget);
    });

    private IBudgetFirewall Build(Action<BudgetFirewallOptions> configure) => new BudgetFirewallBuilder().Configure(configure).UseTimeProvider(Clock).UseLedger(_ => Harness.Open(Clock)).Build();

    private async Task SpendAsync(IBudgetFirewall firewall, decimal amount, string? tenant = null, BudgetUsage? usage = null)
    {
        var dimensions = tenant is null ? null : new Dictionary<string, string> { ["tenant"] = tenant };
        var count = await CountEntriesAsync();
        await firewall.ChargeAsync(new() { Provider = "openai", UserId = "alice", ProjectId = "p", Cost = amount, Dimensions = dimensions, Usage = usage });
        await WaitUntilAsync(async () => await CountEntriesAsync() > count);
    }

    private async Task<long> CountEntriesAsync() => (await Ledger.GetTotalAsync(new())).Count;
}
