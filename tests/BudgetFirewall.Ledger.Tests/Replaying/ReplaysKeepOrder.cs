using Microsoft.Extensions.Configuration;

namespace BudgetFirewall.Ledger.Tests;

/// <summary>What a replay reads in which order, what it keeps of calls that are under way, and what of a configuration it takes.</summary>
public abstract class ReplaysKeepOrder<THarness> : LedgerSuite<THarness> where THarness : ILedgerHarness, new()
{
    private static readonly Budget Nothing = new() { Id = "nothing", Scope = BudgetScope.Global, Limit = 0.0001m };

    [Fact]
    public async Task A_commit_at_the_same_moment_ends_its_reservation_first_and_goes_behind_one_of_that_moment()
    {
        var later = Noon.AddSeconds(1);
        await Ledger.AppendAsync([Reservation("open", Noon, 1m)]);
        await Ledger.AppendAsync([Spend("needs the room", later, 1m), Commit("open", later, 0m), Commit("new", later, 0m), Reservation("new", later, 0m)]);

        var report = await RunAsync(new Budget { Scope = BudgetScope.Global, Limit = 1m });

        (report.Asked, report.Refused).Should().Be((3, 0));
        report.Omissions.Should().BeEmpty("both reservations are known");
    }

    [Fact]
    public async Task Entries_of_one_millisecond_are_replayed_in_the_order_of_their_times_over_pages()
    {
        var random = new Random(1);
        var times = Enumerable.Range(0, 2_500).Select(i => Noon.AddMicroseconds(random.Next(0, 3_000))).ToArray();
        await Ledger.AppendAsync([.. times.Select((time, i) => Spend($"{i}", time, 1m))]);

        var report = await WhatIf.RunAsync(Ledger, Of(Nothing) with { MaxDifferences = 10_000 });

        report.FirstDifferences.Select(difference => difference.Time).Should().Equal(times.Order());
    }

    [Fact]
    public async Task A_ledger_that_does_not_give_the_oldest_first_is_an_error()
    {
        await Ledger.AppendAsync([.. Enumerable.Range(0, 1_500).Select(i => Spend($"{i}", Noon.AddSeconds(i), 1m))]);

        await FluentActions.Awaiting(() => WhatIf.RunAsync(new LatestFirst().Around(Ledger), Of(Nothing))).Should().ThrowAsync<LedgerException>().WithMessage("The ledger gives an entry of *behind one of *oldest first*");
    }

    [Fact]
    public async Task A_replay_ends_when_nothing_of_it_reads_the_ledger_any_more()
    {
        await Ledger.AppendAsync([.. Enumerable.Range(0, 1_500).Select(i => Spend($"{i}", Noon.AddSeconds(i), 1m))]);
        var gate = new TaskCompletionSource();

        var running = WhatIf.RunAsync(new LaterPages(gate.Task).Around(Ledger), Of(Nothing) with { MaxEntries = 1 });

        (await Task.WhenAny(running, Task.Delay(1_000))).Should().NotBeSameAs(running, "the next page is being read");
        gate.SetResult();
        (await running).Entries.Should().Be(1);
    }

    [Theory]
    [InlineData(998, 997)]
    [InlineData(999, 998)]
    [InlineData(1_000, 999)]
    [InlineData(1_001, 1_000)]
    [InlineData(1_500, null)]
    [InlineData(1_501, null)]
    public async Task A_replay_ends_behind_the_most_entries_and_says_where(long most, int? endedAt)
    {
        await Ledger.AppendAsync([.. Enumerable.Range(0, 1_500).Select(i => Spend($"{i}", Noon.AddSeconds(i), 1m))]);

        var report = await WhatIf.RunAsync(Ledger, Of(Nothing) with { MaxEntries = most });

        report.Entries.Should().Be(Math.Min(most, 1_500));
        report.EndedAt.Should().Be(endedAt is { } seconds ? Noon.AddSeconds(seconds) : null);
    }

    [Theory]
    [InlineData(24.9, 0)]
    [InlineData(25.0, 0)]
    [InlineData(25.1, 1)]
    public async Task A_reservation_is_waited_for_for_a_day_and_an_hour(double hours, int reservedAtCommit)
    {
        var end = Noon.AddHours(hours);
        await Ledger.AppendAsync([Reservation("old", Noon, 1m), Reservation("again", Noon, 1m), Reservation("again", Noon.AddHours(20), 1m), Reservation("other", end, 1m), Commit("old", end.AddSeconds(1), 0.5m), Commit("again", end.AddSeconds(2), 0.5m)]);

        var report = await RunAsync(new Budget { Scope = BudgetScope.Global, Limit = 100m });

        report.Omissions.Select(omission => omission.Count).Should().Equal(reservedAtCommit == 0 ? [] : [1L]);
        report.Asked.Should().Be(4 + reservedAtCommit);
    }

    [Fact]
    public async Task A_commit_takes_what_was_used_of_each_unit_and_without_a_usage_what_was_held()
    {
        var records = new BudgetUsage { Units = new Dictionary<string, decimal> { ["record"] = 100m } };
        await Ledger.AppendAsync(
        [
            Reservation("1", Noon, 1m) with { Usage = records }, Commit("1", Noon.AddSeconds(1), 1m) with { Usage = new BudgetUsage { Units = new Dictionary<string, decimal> { ["record"] = 40.000001m } } },
            Reservation("2", Noon.AddSeconds(2), 1m) with { Usage = records }, Commit("2", Noon.AddSeconds(3), 1m),
            Reservation("3", Noon.AddSeconds(4), 1m) with { Usage = records }, Commit("3", Noon.AddSeconds(5), 1m) with { Usage = new BudgetUsage { Units = new Dictionary<string, decimal> { ["page"] = 1m } } },
            Spend("4", Noon.AddSeconds(6), 0m) with { Usage = records },
        ]);

        var report = await WhatIf.RunAsync(Ledger, Of(new Budget { Id = "records", Scope = BudgetScope.Global, Limit = 1_000m, Unit = "record" }) with { To = Noon.AddSeconds(7) });

        var limit = report.Limits.Single();
        (limit.Nearest, limit.NearestAt, limit.Unit).Should().Be((0.24m, Noon.AddSeconds(4), "record"), "40 and 100 and nothing were used, and 100 once more");
    }

    [Fact]
    public async Task A_rate_limit_gets_back_what_a_commit_has_not_used()
    {
        var tokens = BudgetUsage.Tokens(100, 0);
        await Ledger.AppendAsync(
        [
            Reservation("1", Noon, 0m) with { Usage = tokens }, Commit("1", Noon, 0m) with { Usage = BudgetUsage.Tokens(40, 0) }, Spend("2", Noon.AddMicroseconds(1), 0m) with { Usage = BudgetUsage.Tokens(60, 0) },
            Spend("3", Noon.AddMicroseconds(2), 0m) with { Usage = BudgetUsage.Tokens(1, 0) },
        ]);

        var report = await WhatIf.RunAsync(Ledger, Of() with
        {
            Configure = options => options.RateLimits.Add(new() { Id = "window", Scope = BudgetScope.Global, Algorithm = RateLimitAlgorithm.FixedWindow, Limit = 100, Window = TimeSpan.FromHours(1), Unit = "input_tokens" }),
        });

        (report.Asked, report.Refused, report.FirstDifferences.Single().Time).Should().Be((3, 1, Noon.AddMicroseconds(2)));
        report.Limits.Single().Nearest.Should().Be(1m);
    }

    [Fact]
    public async Task What_a_service_alone_needs_is_left_out_of_a_configuration()
    {
        await Ledger.AppendAsync([Spend("1", Noon, 3m), Spend("2", Noon.AddSeconds(1), 3m)]);
        var section = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { ["Currency"] = "EUR", ["Budgets:0:Id"] = "day", ["Budgets:0:Scope"] = "each:user", ["Budgets:0:Limit"] = "2" }).Build();

        var configured = await WhatIf.RunAsync(Ledger, Of() with { Configuration = section, Configure = null });
        var both = await WhatIf.RunAsync(Ledger, Of() with
        {
            Configuration = section,
            Configure = options =>
            {
                options.Currency = "CHF";
                (options.Outbox.IsEnabled, options.RequireStoreAtStart, options.DenialCache) = (true, true, TimeSpan.FromMinutes(1));
                options.Outbox.Path = "/nowhere/at/all";
                options.Quotas.Add(new() { Id = "pool", Limit = 1m, Period = BudgetPeriod.Day, Members = [new() { Scope = BudgetScope.User("alice") }] });
            },
        });

        (configured.Currency, configured.Refused, configured.Limits.Single().Id).Should().Be(("EUR", 2, "day"));
        (both.Currency, both.Refused).Should().Be(("CHF", 2));
        both.Limits.Select(limit => limit.Id).Should().Equal("day");
    }

    [Fact]
    public async Task Entries_of_a_partition_are_judged_by_its_own_limits_and_those_of_all_by_the_ones_they_meet()
    {
        LedgerEntry OfTenant(string id, string tenant, double seconds) =>
            Spend(id, Noon.AddSeconds(seconds), 1m) with { Partition = tenant, Scopes = new Dictionary<string, string> { ["provider"] = "openai", ["user"] = "alice", ["tenant"] = tenant } };
        await Ledger.AppendAsync([OfTenant("1", "acme", 0), OfTenant("2", "acme", 1), OfTenant("3", "other", 2)]);
        static void Configure(BudgetFirewallOptions options)
        {
            options.PartitionBy = "tenant";
            options.Budgets.Add(new() { Id = "users", Scope = BudgetScope.Each("user"), Limit = 1.5m });
            options.Budgets.Add(new() { Id = "unmet", Scope = BudgetScope.Project("x"), Limit = 1.5m });
        }

        var all = await WhatIf.RunAsync(Ledger, Of() with { Configure = Configure });
        var one = await WhatIf.RunAsync(Ledger, Of() with { Configure = Configure, Partition = "acme" });
        var without = await WhatIf.RunAsync(Ledger, Of(new Budget { Id = "unmet", Scope = BudgetScope.Project("x"), Limit = 1m }) with { Partition = "other" });

        (all.Asked, all.Refused).Should().Be((3, 1));
        all.Limits.Select(limit => limit.Id).Should().Equal("users");
        (one.Asked, one.Refused).Should().Be((2, 1));
        one.Limits.Select(limit => limit.Id).Should().Equal("users", "unmet");
        (without.Asked, without.Limits.Single().Id).Should().Be((1, "unmet"));
    }

    [Fact]
    public async Task The_least_and_most_that_may_be_asked_for_are_taken()
    {
        var good = Of(Nothing);

        (good.TopScopes, good.MaxDifferences, good.MaxEntries, good.Lead, good.TakeUpChanges, good.AskForCharges).Should().Be((10, 100, null, TimeSpan.Zero, true, false));
        _ = good with { TopScopes = 0, MaxDifferences = 0, MaxEntries = 1 };
        _ = good with { TopScopes = 1_000, MaxDifferences = 10_000, MaxEntries = null };
        (await WhatIf.RunAsync(Ledger, good with { From = DateTimeOffset.UnixEpoch.AddDays(400), Lead = TimeSpan.FromDays(400), Partition = new('x', 256) })).Entries.Should().Be(0);
        await FluentActions.Awaiting(() => WhatIf.RunAsync(null!, good)).Should().ThrowAsync<ArgumentNullException>().WithParameterName("ledger");
        await FluentActions.Awaiting(() => WhatIf.RunAsync(Ledger, null!)).Should().ThrowAsync<ArgumentNullException>().WithParameterName("request");
        foreach (var wrong in new Func<WhatIfRequest>[] { () => good with { Lead = TimeSpan.FromTicks(-1) }, () => good with { TopScopes = 1_001 }, () => good with { MaxDifferences = -1 } })
            wrong.Should().Throw<ArgumentOutOfRangeException>();
        await FluentActions.Awaiting(() => WhatIf.RunAsync(Ledger, good with { To = good.From.AddTicks(-1) })).Should().ThrowAsync<ArgumentException>().WithParameterName("From");
    }

    private static LedgerEntry Spend(string id, DateTimeOffset time, decimal amount) => Charge(id, amount, time) with { Kind = LedgerEntryKind.Spend };

    private static LedgerEntry Reservation(string id, DateTimeOffset time, decimal held) => Charge(id, 0m, time) with { Kind = LedgerEntryKind.Reservation, HeldNanos = (long)(held * 1_000_000_000m) };

    private static LedgerEntry Commit(string id, DateTimeOffset time, decimal amount) => Charge(id, amount, time) with { Kind = LedgerEntryKind.Commit };

    private static WhatIfRequest Of(params Budget[] budgets) => new()
    {
        From = Noon,
        To = Noon.AddDays(2),
        Configure = options =>
        {
            foreach (var budget in budgets)
                options.Budgets.Add(budget);
        },
    };

    private Task<WhatIfReport> RunAsync(params Budget[] budgets) => WhatIf.RunAsync(Ledger, Of(budgets));

    private sealed class LaterPages(Task gate) : LedgerAround
    {
        public override async ValueTask<LedgerPage> ReadEntriesAsync(LedgerQuery query, CancellationToken cancellationToken = default)
        {
            if (query.Cursor is not null)
                await gate.WaitAsync(cancellationToken);
            return await base.ReadEntriesAsync(query, cancellationToken);
        }
    }

    private sealed class LatestFirst : LedgerAround
    {
        public override ValueTask<LedgerPage> ReadEntriesAsync(LedgerQuery query, CancellationToken cancellationToken = default) => base.ReadEntriesAsync(query with { IsOldestFirst = false }, cancellationToken);
    }
}
