using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace BudgetFirewall.Ledger.Tests;

/// <summary>A replay decides as the firewall did, and tells what another configuration would have decided.</summary>
public abstract class EntriesAreReplayed<THarness> : LedgerSuite<THarness> where THarness : ILedgerHarness, new()
{
    private ServiceProvider Build(Action<BudgetFirewallOptions> limits, Action<LedgerOptions>? configure = null) => new ServiceCollection()
        .AddBudgetFirewall(limits)
        .UseLedger(Harness.Open, options =>
        {
            (options.RecordAllowed, options.DenialsPerMinute) = (true, 100_000);
            configure?.Invoke(options);
        }).Services
        .AddSingleton<TimeProvider>(Clock).BuildServiceProvider();

    private static WhatIfRequest Of(Action<BudgetFirewallOptions> limits) => new() { From = Noon, To = Noon.AddDays(2), Configure = limits };

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task The_same_configuration_decides_a_day_of_all_kinds_of_limits_exactly_as_it_was_decided(int seed)
    {
        await using (var services = Build(RecordedDay.Limits))
            await new RecordedDay(services, Clock, seed).PlayAsync(1_000);
        var entries = await ReadAllAsync(new());

        var report = await WhatIf.RunAsync(Ledger, Of(RecordedDay.Limits));

        report.FirstDifferences.Should().BeEmpty();
        report.Differences.Should().Be(0);
        report.Omissions.Select(omission => omission.Reason).Should().Equal([WhatIfOmissionReason.UnknownCost], "only checks without a cost do not say what they ask for");
        report.Entries.Should().Be(entries.Count);
        report.Refused.Should().Be(entries.Count(entry => entry.Kind == LedgerEntryKind.Denial && entry.Outcome != DecisionOutcome.Allowed)).And.BeGreaterThan(50);
        report.Limits.Where(limit => limit.Refused > 0).Select(limit => limit.Id).Should().BeEquivalentTo(
            ["users", "bob", "tokens", "shadow", "slow", "asking", "team", "set", "bucket", "queue", "fixed", "sliding", "watched"], "the day is to try every kind of limit");
        report.Limits.Where(limit => limit.Enforcement == Enforcement.Shadow).Sum(limit => limit.NewlyRefused).Should().Be(report.PastLimits.Where(limit => limit.IsShadow).Sum(limit => limit.Refused));
        report.Limits.Single(limit => limit.Id == "queue").Delayed.Should().BeGreaterThan(0);
    }
    [Fact]
    public async Task Another_limit_says_what_it_would_refuse_when_for_whom_and_how_near_it_came()
    {
        await using (var services = Build(options => options.Budgets.Add(new() { Id = "wide", Scope = BudgetScope.Each("user"), Limit = 100m })))
        {
            var firewall = services.GetRequiredService<IBudgetFirewall>();
            foreach (var (user, cost) in new[] { ("alice", 2m), ("bob", 1m), ("alice", 3m), ("alice", 0.5m), ("alice", 4m) })
            {
                await firewall.SpendAsync(new() { Provider = "openai", UserId = user, Cost = cost });
                Clock.Advance(TimeSpan.FromMinutes(1));
            }
        }

        var report = await WhatIf.RunAsync(Ledger, Of(options => options.Budgets.Add(new() { Id = "tight", Scope = BudgetScope.Each("user"), Limit = 4m })));

        (report.Asked, report.Refused, report.RefusedCost, report.NewlyRefused, report.NewlyRefusedCost, report.NoLongerRefused, report.Differences).Should().Be((5, 2, 7m, 2, 7m, 0, 2));
        var limit = report.Limits.Should().ContainSingle().Which;
        (limit.Id, limit.Kind, limit.Refused, limit.RefusedCost, limit.First, limit.Last).Should().Be(("tight", LimitKind.Budget, 2, 7m, Noon.AddMinutes(2), Noon.AddMinutes(4)));
        limit.Scopes.Should().Equal(new WhatIfScope(BudgetScope.User("alice"), 2));
        // What is refused is not spent: 2 and 0.5 of 4.
        (limit.Nearest, limit.NearestScope, limit.NearestAt).Should().Be((0.625m, BudgetScope.User("alice"), Noon.AddMinutes(3)));
        var difference = report.FirstDifferences[0];
        (difference.Time, difference.InFact, difference.Outcome, difference.Cost, difference.Scopes["user"]).Should().Be((Noon.AddMinutes(2), DecisionOutcome.Allowed, DecisionOutcome.BudgetExceeded, 3m, "alice"));
        difference.Limits.Should().Equal(new WhatIfRefusal("tight", LimitKind.Budget, BudgetScope.User("alice")));
        (await Ledger.FindEntryAsync(difference.EntryId))!.Amount.Should().Be(3m);
    }

    [Fact]
    public async Task What_was_refused_is_made_where_it_would_be_allowed_and_counts()
    {
        await using (var services = Build(options =>
        {
            options.Budgets.Add(new() { Scope = BudgetScope.Each("user"), Limit = 1m });
            options.Budgets.Add(new() { Scope = BudgetScope.Global, Limit = 0.5m, Enforcement = Enforcement.Shadow });
        }))
        {
            var firewall = services.GetRequiredService<IBudgetFirewall>();
            for (var i = 0; i < 4; i++)
            {
                await firewall.TryReserveAsync(new() { Provider = "openai", UserId = "alice", Cost = 0.75m });
                Clock.Advance(TimeSpan.FromSeconds(1));
            }
        }

        var report = await WhatIf.RunAsync(Ledger, Of(options => options.Budgets.Add(new() { Id = "wider", Scope = BudgetScope.Each("user"), Limit = 2.25m })));

        (report.Refused, report.NewlyRefused, report.NoLongerRefused, report.NoLongerRefusedCost, report.Differences).Should().Be((1, 0, 2, 1.5m, 2), "of four, three have room");
        var past = report.PastLimits.Single(limit => !limit.IsShadow);
        (past.Name, past.Refused, past.NoLongerRefused, past.RefusedCost, past.First, past.Last).Should().Be(("user/day", 3, 2, 2.25m, Noon.AddSeconds(1), Noon.AddSeconds(3)));
        past.Scopes.Should().Equal(new WhatIfScope(BudgetScope.User("alice"), 3));
        var shadow = report.PastLimits.Single(limit => limit.IsShadow);
        (shadow.Refused, shadow.RefusedCost, shadow.NoLongerRefused).Should().Be((1, 0.75m, 0));
    }

    [Fact]
    public async Task Without_entries_of_reservations_a_commit_is_asked_for_when_it_was_made_and_charges_only_if_that_is_wanted()
    {
        await using (var services = Build(options => options.Budgets.Add(new() { Scope = BudgetScope.Global, Limit = 100m }), options => (options.RecordAllowed, options.DenialsPerMinute) = (false, 0)))
        {
            var firewall = services.GetRequiredService<IBudgetFirewall>();
            await using var reservation = await firewall.ReserveAsync(new() { Provider = "openai", Cost = 3m });
            await reservation.CommitAsync(1m);
            Clock.Advance(TimeSpan.FromSeconds(1));
            await firewall.ChargeAsync(new() { Provider = "openai", Cost = 1.5m });
            await firewall.TrySpendAsync(new() { Provider = "openai", Cost = 200m });
        }
        static void Tight(BudgetFirewallOptions options) => options.Budgets.Add(new() { Id = "tight", Scope = BudgetScope.Global, Limit = 2m });

        var report = await WhatIf.RunAsync(Ledger, Of(Tight));
        var asked = await WhatIf.RunAsync(Ledger, Of(Tight) with { AskForCharges = true });

        (report.Asked, report.NewlyRefused, report.NewlyRefusedCost).Should().Be((1, 1, 3m), "the commit was of a reservation of 3");
        report.Limits[0].Nearest.Should().Be(0.75m, "the charge is made");
        report.Omissions.Select(omission => (omission.Reason, omission.Count)).Should().Equal((WhatIfOmissionReason.CountedTogether, 1), (WhatIfOmissionReason.ReservedAtCommit, 1));
        report.PastLimits.Should().ContainSingle().Which.Refused.Should().Be(1, "it is counted all the same");
        (asked.Asked, asked.NewlyRefused).Should().Be((2, 1));
    }

    [Fact]
    public async Task What_a_store_refused_that_did_not_answer_is_not_asked_for()
    {
        await Ledger.AppendAsync(
        [
            new()
            {
                Kind = LedgerEntryKind.Denial, OperationId = "1", Time = Noon, Operation = "chat", Outcome = DecisionOutcome.StoreUnavailable, HeldNanos = 1_000_000_000,
                Scopes = new Dictionary<string, string> { ["provider"] = "openai" },
            },
        ]);

        var report = await WhatIf.RunAsync(Ledger, Of(options => options.Budgets.Add(new() { Scope = BudgetScope.Global, Limit = 2m })));

        (report.Asked, report.Differences).Should().Be((0, 0));
        report.Omissions.Select(omission => (omission.Reason, omission.Count)).Should().Equal((WhatIfOmissionReason.StoreUnavailable, 1));
    }

    [Fact]
    public async Task A_lead_fills_the_budgets_and_is_not_reported_and_limits_set_before_are_taken_up_or_left_out()
    {
        await using (var services = Build(_ => { }))
        {
            var firewall = services.GetRequiredService<IBudgetFirewall>();
            await firewall.Budgets.SetAsync(new() { Id = "set", Scope = BudgetScope.User("bob"), Limit = 1m });
            Clock.Advance(TimeSpan.FromHours(1));
            for (var i = 0; i < 4; i++)
            {
                await firewall.SpendAsync(new() { Provider = "openai", UserId = i == 3 ? "bob" : "alice", Cost = 1m });
                Clock.Advance(TimeSpan.FromHours(1));
            }
        }
        var request = Of(options => options.Budgets.Add(new() { Id = "day", Scope = BudgetScope.Each("user"), Limit = 2m })) with { From = Noon.AddHours(2.5) };

        var empty = await WhatIf.RunAsync(Ledger, request);
        var filled = await WhatIf.RunAsync(Ledger, request with { Lead = TimeSpan.FromHours(2) });
        var configured = await WhatIf.RunAsync(Ledger, request with { TakeUpChanges = false });
        var cut = await WhatIf.RunAsync(Ledger, request with { Lead = TimeSpan.FromHours(2), MaxEntries = 4 });
        var early = await WhatIf.RunAsync(Ledger, request with { MaxEntries = 1 });

        (empty.Entries, empty.Asked, empty.Refused).Should().Be((3, 2, 0), "the change before counts as an entry that was read");
        (filled.Entries, filled.Asked, filled.Refused, filled.EndedAt).Should().Be((5, 2, 1, null));
        empty.Limits.Select(limit => limit.Id).Should().BeEquivalentTo("day", "set");
        empty.Limits.Single(limit => limit.Id == "set").Nearest.Should().Be(1m);
        configured.Limits.Should().ContainSingle().Which.Nearest.Should().Be(0.5m);
        (cut.Entries, cut.Refused, cut.EndedAt).Should().Be((4, 1, Noon.AddHours(3)));
        (early.Entries, early.Asked, configured.Entries).Should().Be((1, 0, 2));
    }

    [Fact]
    public async Task Changes_from_before_are_told_of_step_by_step_and_are_no_more_than_may_be_read()
    {
        await using (var services = Build(_ => { }))
        {
            var firewall = services.GetRequiredService<IBudgetFirewall>();
            for (var i = 0; i < 1_050; i++)
            {
                await firewall.Budgets.SetAsync(new() { Id = "set", Scope = BudgetScope.User("bob"), Limit = 1m + i });
                Clock.Advance(TimeSpan.FromSeconds(1));
            }
        }
        var told = new List<WhatIfProgress>();
        var request = Of(_ => { }) with { From = Noon.AddHours(2), To = Noon.AddHours(3) };

        var report = await WhatIf.RunAsync(Ledger, request, new Told(told.Add));
        var cut = await WhatIf.RunAsync(Ledger, request with { MaxEntries = 500 });

        report.Entries.Should().Be(1_050);
        told.Where(step => step.Fraction == 0).Should().HaveCountGreaterThan(1);
        told.Select(step => step.Entries).Should().BeInAscendingOrder();
        (cut.Entries, cut.EndedAt).Should().Be((500, Noon.AddSeconds(499)));
    }

    [Fact]
    public async Task The_replay_is_told_of_step_by_step_and_ends_when_it_is_cancelled()
    {
        await Ledger.AppendAsync([.. Enumerable.Range(0, 2_500).Select(i => Charge($"call-{i}", 0.001m, Noon.AddSeconds(i)))]);
        var told = new List<WhatIfProgress>();
        var request = Of(options => options.Budgets.Add(new() { Scope = BudgetScope.Global, Limit = 1m })) with { To = Noon.AddSeconds(2_500) };

        var report = await WhatIf.RunAsync(Ledger, request, new Told(told.Add));
        using var cancelling = new CancellationTokenSource();
        var ended = () => WhatIf.RunAsync(Ledger, request, new Told(_ => cancelling.Cancel()), cancelling.Token);

        report.Limits[0].Nearest.Should().Be(2.5m);
        told.Select(step => step.Entries).Should().BeInAscendingOrder().And.EndWith(2_500);
        told[0].Fraction.Should().BeInRange(0.3, 0.5);
        await ended.Should().ThrowAsync<OperationCanceledException>();
    }

    [Fact]
    public async Task A_request_that_makes_no_sense_is_refused_by_name_and_value()
    {
        var good = Of(_ => { });
        await Refused<ArgumentException>(() => WhatIf.RunAsync(Ledger, good with { To = good.From }), "*From (2026-03-10T12:00:00*must be before To*");
        await Refused<ArgumentException>(() => WhatIf.RunAsync(Ledger, good with { Configure = null }), "*Configuration and Configure are both null*");
        await Refused<ArgumentException>(() => WhatIf.RunAsync(Ledger, good with { Partition = "" }), "*Partition must have 1 to 256 characters*");
        await Refused<ArgumentException>(() => WhatIf.RunAsync(Ledger, good with { From = DateTimeOffset.UnixEpoch, Lead = TimeSpan.FromDays(1) }), "*Lead (1.00:00:00) is before 1970*");
        await Refused<ArgumentOutOfRangeException>(() => Task.FromResult(good with { Lead = TimeSpan.FromDays(401) }), "*Lead must be from zero to 400 days*401*");
        await Refused<ArgumentOutOfRangeException>(() => Task.FromResult(good with { TopScopes = -1 }), "*TopScopes must be from 0 to 1,000*-1*");
        await Refused<ArgumentOutOfRangeException>(() => Task.FromResult(good with { MaxDifferences = 10_001 }), "*MaxDifferences must be from 0 to 10,000*10001*");
        await Refused<ArgumentOutOfRangeException>(() => Task.FromResult(good with { MaxEntries = 0 }), "*MaxEntries must be at least 1*0*");
        await Refused<OptionsValidationException>(() => WhatIf.RunAsync(Ledger, good with { Configure = options => options.StoreTimeout = TimeSpan.Zero }), "*StoreTimeout*");

        static async Task Refused<TException>(Func<Task> asking, string message) where TException : Exception => await asking.Should().ThrowAsync<TException>().WithMessage(message);
    }

    private sealed class Told(Action<WhatIfProgress> hear) : IProgress<WhatIfProgress>
    {
        public void Report(WhatIfProgress value) => hear(value);
    }
}
