using Microsoft.Extensions.DependencyInjection;
using StackExchange.Redis;

namespace BudgetFirewall.Ledger.Tests;

/// <summary>With Redis every change of a counter is in the ledger exactly once, whichever process delivers it and whatever fails meanwhile.</summary>
public abstract class StreamsAreDelivered<THarness> : LedgerSuite<THarness>, IAsyncLifetime where THarness : ILedgerHarness, new()
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private static readonly BudgetRequest Call = new()
    {
        Provider = "openai", Operation = "chat", Model = "gpt", UserId = "alice", ProjectId = "search", Dimensions = new Dictionary<string, string> { ["tenant"] = "acme" },
        Usage = BudgetUsage.Tokens(1_000, 100), OperationScope = "caller",
    };

    private readonly string _prefix = "l" + Guid.NewGuid().ToString("N")[..12];
    private ConnectionMultiplexer _redis = null!;

    private string Stream => $"{{{_prefix}:default}}:v1:entries";

    async Task IAsyncLifetime.InitializeAsync()
    {
        await InitializeAsync();
        _redis = await RedisForLedgers.ConnectAsync();
    }

    private StreamedProcess Start(Func<ILedger, ILedger>? around = null, Action<LedgerOptions>? ledger = null, string? partitionBy = null) => StreamedProcess.Start(
        _redis, _prefix, () => around?.Invoke(Harness.Open()) ?? Harness.Open(), options => Configure(options, partitionBy), ledger);

    private static void Configure(BudgetFirewallOptions options, string? partitionBy = null)
    {
        options.Currency = "EUR";
        options.PartitionBy = partitionBy;
        options.Budgets.Add(new Budget { Scope = BudgetScope.Each("user"), Limit = 1m });
        options.Budgets.Add(new Budget { Scope = BudgetScope.Global, Limit = 100m, Period = BudgetPeriod.None });
        options.Budgets.Add(new Budget { Scope = BudgetScope.Each("project"), Limit = 1_000_000m, Unit = "input_tokens", Period = BudgetPeriod.Month });
        options.Budgets.Add(new Budget { Scope = BudgetScope.Project("demo"), Limit = 1m, Enforcement = Enforcement.Escalate });
        options.Pricing.Models["gpt"] = new ModelPrice { Input = 0.00001m, Output = 0.00004m };
    }

    [Fact]
    public async Task Changes_of_limits_are_recorded_by_the_process_that_makes_them()
    {
        await using var one = Start();
        await using var other = Start();
        await one.Firewall.Budgets.ChangedBy("bob").SetAsync(new() { Id = "team", Scope = BudgetScope.Project("search"), Limit = 5m });
        await other.Firewall.Budgets.ChangedBy("carol").SetAsync(new() { Id = "team", Scope = BudgetScope.Project("search"), Limit = 7m });
        await other.Firewall.Budgets.ChangedBy("dave").RemoveAsync("team");
        await one.Feed.FlushAsync();
        await other.Feed.FlushAsync();

        var entries = await ReadAllAsync(new() { Kinds = [LedgerEntryKind.BudgetChange], OperationId = "team" });
        entries.Select(entry => (entry.Actor, entry.Before is null, entry.After is null)).Should().Equal(("dave", false, true), ("carol", false, false), ("bob", true, false));
        entries[1].Before.Should().Be(entries[2].After);
        entries[0].Before.Should().Be(entries[1].After);
    }

    [Fact]
    public async Task Entries_are_those_of_a_firewall_in_memory()
    {
        await using (var memory = new BudgetFirewallBuilder().Configure(options => Configure(options)).UseLedger(_ => Harness.Open(), options => options.RecordDenials = false).Build())
            await DoAllAsync(memory);
        var expected = await ReadAllAsync(new());
        await ExecuteAsync("delete from ledger_entries");

        await using (var process = Start())
        {
            await DoAllAsync(process.Firewall);
            await process.Feed.FlushAsync().WaitAsync(Patience);
            process.Feed.Status.Should().Be(new LedgerFeedStatus(0, false, null) { MaxBacklog = 100_000 });
        }

        var entries = await ReadAllAsync(new());
        entries.Should().BeEquivalentTo(
            expected,
            options => options.ComparingByMembers<LedgerEntry>().Excluding(entry => entry.Time).Excluding(entry => entry.Id).Excluding(entry => entry.OperationId));
        entries.Should().HaveCount(10).And.AllSatisfy(entry => entry.Time.Should().BeCloseTo(DateTimeOffset.UtcNow, TimeSpan.FromMinutes(1)));

        static async Task DoAllAsync(IBudgetFirewall firewall)
        {
            await firewall.ChargeAsync(Call with { OperationId = "charge" });
            (await firewall.ChargeAsync(Call with { OperationId = "charge" })).IsReplay.Should().BeTrue();
            await firewall.SpendAsync(Call with { OperationId = "spend", Cost = 0.5m });
            await using (var reservation = await firewall.ReserveAsync(Call with { OperationId = "commit", Cost = 0.25m }))
                await reservation.CommitAsync(BudgetUsage.Tokens(500, 50_000));
            var budget = (await firewall.Budgets.ListAsync()).Single(budget => budget.Scope.Kind == "user");
            var allowance = new BudgetAllowance { BudgetId = budget.Id, Scope = BudgetScope.User("alice"), Amount = 2m, Reason = "the launch", By = "bob", OperationId = "given" };
            await firewall.Budgets.GrantAsync(allowance);
            await firewall.Budgets.RevokeAsync(allowance with { OperationId = "taken back" });
            await firewall.ChargeAsync(Call with { OperationId = "over", Cost = 3m });
            var id = (await firewall.TrySpendAsync(new() { Provider = "openai", ProjectId = "demo", Cost = 2m })).ApprovalIds.Should().ContainSingle().Which;
            await firewall.Approvals.ApproveAsync(id, 1.5m, new ApprovalSignature { By = "bob", Note = "the launch" });
            await firewall.Budgets.ResetAsync(budget.Id, BudgetScope.User("alice"));
        }
    }

    [Fact]
    public async Task Another_process_delivers_what_one_has_appended_or_read_in_partitions_that_it_has_never_met()
    {
        var away = new AwayLedger();
        await using var first = Start(ledger => away.Around(ledger), partitionBy: "tenant");
        for (var i = 0; i < 20; i++)
            await first.Firewall.ChargeAsync(Tenant($"tenant-{i % 5}") with { OperationId = $"{i}", Cost = 0.001m });
        await WaitUntilAsync(() => Task.FromResult(first.Feed.Status.Failure is not null));

        await using var second = Start(partitionBy: "tenant");
        await second.Feed.FlushAsync().WaitAsync(Patience);

        (await Ledger.GetTotalAsync(new())).Should().Be(new LedgerTotal(0.02m, 20));
        (await ReadAllAsync(new())).Select(entry => entry.Partition).Distinct().Should().BeEquivalentTo(Enumerable.Range(0, 5).Select(i => $"tenant-{i}"));
        away.IsAway = false;

        static BudgetRequest Tenant(string tenant) => Call with { Dimensions = new Dictionary<string, string> { ["tenant"] = tenant } };
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_is_written_by_a_process_that_dies_before_it_says_so_is_there_once(bool isAnother)
    {
        var dying = new DyingLedger(standsStill: isAnother);
        var first = Start(dying.Around);
        for (var i = 0; i < 10; i++)
            await first.Firewall.ChargeAsync(Call with { OperationId = $"{i}", Cost = 0.001m });
        await WaitUntilAsync(() => Task.FromResult(dying.Written > 0));

        await using (var second = isAnother ? Start() : null)
            await (second ?? first).Feed.FlushAsync().WaitAsync(Patience);

        (await Ledger.GetTotalAsync(new())).Should().Be(new LedgerTotal(0.01m, 10));
        (await _redis.GetDatabase().StreamLengthAsync(Stream)).Should().Be(0);
        await first.DisposeAsync();
    }

    [Fact]
    public async Task A_database_that_is_away_delays_entries_and_refuses_no_charge_until_too_many_wait()
    {
        var away = new AwayLedger();
        await using var process = Start(ledger => away.Around(ledger), options => options.MaxBacklog = 3);
        for (var i = 0; i < 3; i++)
            await process.Firewall.ChargeAsync(Call with { OperationId = $"{i}", Cost = 0.001m });
        await WaitUntilAsync(() => Task.FromResult(process.Feed.Status is { Waiting: 3, IsAtMaxBacklog: true, Failure: not null }));

        (await process.Firewall.TrySpendAsync(Call with { OperationId = "refused", Cost = 0.001m })).Outcome.Should().Be(DecisionOutcome.StoreUnavailable);
        (await process.Firewall.TryCheckAsync(Call)).Outcome.Should().Be(DecisionOutcome.StoreUnavailable);
        await process.Firewall.ChargeAsync(Call with { OperationId = "charged", Cost = 0.001m });
        away.IsAway = false;
        await process.Feed.FlushAsync().WaitAsync(Patience);

        (await process.Firewall.TrySpendAsync(Call with { OperationId = "spent", Cost = 0.001m })).IsAllowed.Should().BeTrue();
        await process.Feed.FlushAsync().WaitAsync(Patience);
        (await Ledger.GetTotalAsync(new())).Should().Be(new LedgerTotal(0.005m, 5));
    }

    [Fact]
    public async Task A_backlog_that_is_only_reported_refuses_nothing()
    {
        var away = new AwayLedger();
        await using var process = Start(ledger => away.Around(ledger), options => (options.MaxBacklog, options.AtMaxBacklog) = (1, LedgerBacklogPolicy.Report));
        await process.Firewall.ChargeAsync(Call with { Cost = 0.001m });
        await WaitUntilAsync(() => Task.FromResult(process.Feed.Status.IsAtMaxBacklog));

        (await process.Firewall.TrySpendAsync(Call with { Cost = 0.001m })).IsAllowed.Should().BeTrue();
        away.IsAway = false;
    }

    [Fact]
    public async Task An_entry_that_is_refused_by_itself_holds_up_no_other()
    {
        var away = new AwayLedger { Refused = "3", IsAway = false };
        await using var process = Start(ledger => away.Around(ledger));
        for (var i = 0; i < 10; i++)
            await process.Firewall.ChargeAsync(Call with { OperationId = $"{i}", Cost = 0.001m });

        await WaitUntilAsync(async () => (await Ledger.GetTotalAsync(new())).Count == 9);
        away.Refused = null;
        await process.Feed.FlushAsync().WaitAsync(Patience);
        (await Ledger.GetTotalAsync(new())).Count.Should().Be(10);
    }

    [Fact]
    public async Task What_cannot_be_read_is_put_aside_and_told_and_holds_up_no_other()
    {
        await using var process = Start();
        await process.Firewall.ChargeAsync(Call with { OperationId = "before", Cost = 0.001m });
        var redis = _redis.GetDatabase();
        foreach (var content in new[] { "no JSON", "{}", """{"e":{"k":1,"i":"x","c":[{"f":"","k":"","i":""}]}}""" })
            await redis.StreamAddAsync(Stream, [new("e", content), new("m", new byte[19])]);
        await process.Firewall.ChargeAsync(Call with { OperationId = "after", Cost = 0.001m });

        await process.Feed.FlushAsync().WaitAsync(Patience);

        (await ReadAllAsync(new())).Select(entry => entry.OperationId).Should().BeEquivalentTo(["before", "after"]);
        process.Feed.Status.Should().Be(new LedgerFeedStatus(0, false, null) { MaxBacklog = 100_000, SetAside = 3 });
        ((string?)await redis.ListGetByIndexAsync(Stream + "-aside", 0)).Should().EndWith("no JSON");
    }

    [Fact]
    public async Task A_group_that_is_lost_while_entries_are_delivered_loses_none()
    {
        await using var process = Start();
        for (var i = 0; i < 200; i++)
        {
            await process.Firewall.ChargeAsync(Call with { OperationId = $"{i}", Cost = 0.001m });
            if (i % 50 == 25)
                await _redis.GetDatabase().ExecuteAsync("XGROUP", "DESTROY", Stream, "ledger");
        }

        await process.Feed.FlushAsync().WaitAsync(Patience);

        (await Ledger.GetTotalAsync(new())).Should().Be(new LedgerTotal(0.2m, 200));
    }

    [Fact]
    public async Task A_process_that_asks_for_nothing_but_the_feed_delivers_too()
    {
        var away = new AwayLedger();
        await using var first = Start(away.Around);
        await first.Firewall.ChargeAsync(Call with { Cost = 0.001m });

        await using (var services = StreamedProcess.ServicesOf(_redis, _prefix, () => Harness.Open(), options => Configure(options)))
            await services.GetRequiredService<ILedgerFeed>().FlushAsync().WaitAsync(Patience);

        (await Ledger.GetTotalAsync(new())).Count.Should().Be(1);
        away.IsAway = false;
    }

    [Fact]
    public async Task Disposing_delivers_what_was_appended()
    {
        await using (var process = Start())
            await process.Firewall.ChargeAsync(Call with { Cost = 0.001m });

        (await Ledger.GetTotalAsync(new())).Count.Should().Be(1);
    }

    [Fact]
    public async Task Random_calls_of_three_processes_end_with_the_sums_of_the_store_and_each_operation_once()
    {
        StreamedProcess[] processes = [Start(), Start(), Start()];
        await Task.WhenAll(Enumerable.Range(0, 6).Select(worker => Task.Run(async () =>
        {
            var (random, firewall) = (new Random(worker), processes[worker % 3].Firewall);
            for (var i = 0; i < 60; i++)
            {
                var call = Call with { UserId = $"user-{random.Next(3)}", OperationId = $"{random.Next(200)}", Cost = random.Next(1, 100) / 1_000_000_000m };
                try
                {
                    await (random.Next(3) switch
                    {
                        0 => Done(firewall.ChargeAsync(call)),
                        1 => Done(firewall.TrySpendAsync(call)),
                        _ => ReserveAndCommit(firewall, call),
                    });
                }
                catch (OperationConflictException)
                {
                    // The id was used for another call.
                }
            }
        })));

        await processes[0].Feed.FlushAsync().WaitAsync(Patience);

        var entries = await ReadAllAsync(new() { Limit = 1_000 });
        entries.Select(entry => entry.OperationId).Should().OnlyHaveUniqueItems();
        for (var i = 0; i < 3; i++)
        {
            var status = await processes[1].Firewall.GetStatusAsync(BudgetScope.User($"user-{i}"));
            entries.SelectMany(entry => entry.Counters).Where(counter => counter.Family == "user/day" && counter.Scope.Id == $"user-{i}").Sum(counter => counter.Amount)
                .Should().Be(status.Budgets.Single(budget => budget.Unit is null).Spent).And.BePositive();
        }
        foreach (var process in processes)
            await process.DisposeAsync();

        static async Task ReserveAndCommit(IBudgetFirewall firewall, BudgetRequest call)
        {
            await using var reservation = await firewall.ReserveAsync(call);
            await reservation.CommitAsync(call.Cost!.Value / 2);
        }
    }

    private static async Task Done<T>(ValueTask<T> call) => await call;
}
