using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;

namespace BudgetFirewall.Ledger.Tests;

public abstract class DenialsAreRecorded<THarness> : LedgerSuite<THarness> where THarness : ILedgerHarness, new()
{
    private static readonly BudgetRequest Call = new() { Provider = "openai", Operation = "chat", UserId = "alice", ProjectId = "search", Cost = 0.75m };

    private ServiceProvider Build(Action<LedgerOptions>? configure = null, Func<ILedger, ILedger>? around = null, Action<BudgetFirewallOptions>? limits = null) => new ServiceCollection()
        .AddBudgetFirewall(options =>
        {
            options.Budgets.Add(new Budget { Scope = BudgetScope.Each("user"), Limit = 1m });
            limits?.Invoke(options);
        })
        .UseLedger(clock => around?.Invoke(Harness.Open(clock)) ?? Harness.Open(clock), configure).Services
        .AddSingleton<TimeProvider>(Clock).BuildServiceProvider();

    private static IBudgetFirewall FirewallOf(ServiceProvider provider) => provider.GetRequiredService<IBudgetFirewall>();

    private static ILedgerFeed FeedOf(ServiceProvider provider) => provider.GetRequiredService<ILedgerFeed>();

    private Task<List<LedgerEntry>> DenialsAsync() => ReadAllAsync(new() { Kinds = [LedgerEntryKind.Denial] });

    [Fact]
    public async Task A_request_that_is_refused_is_recorded_with_its_scopes_and_the_limits_that_refuse()
    {
        await using var provider = Build(limits: options => options.RateLimits.Add(new RateLimit { Scope = BudgetScope.Each("project"), Capacity = 1, RefillPerSecond = 0.001m }));
        var firewall = FirewallOf(provider);
        await firewall.SpendAsync(Call);
        var denied = await firewall.TryReserveAsync(Call with { OperationId = "denied" });
        await FeedOf(provider).FlushAsync();

        denied.IsGranted.Should().BeFalse();
        var entry = (await DenialsAsync()).Should().ContainSingle().Which;
        (entry.OperationId, entry.Outcome, entry.Time, entry.Amount, entry.Count, entry.Operation).Should().Be(("denied", DecisionOutcome.BudgetExceeded, Noon, 0m, 1L, "chat"));
        entry.Scopes.Should().BeEquivalentTo(new Dictionary<string, string> { ["provider"] = "openai", ["user"] = "alice", ["project"] = "search" });
        entry.Counters.Select(counter => (counter.Scope, counter.PeriodStart, counter.Moved)).Should().BeEquivalentTo(
            [(BudgetScope.User("alice"), (DateTimeOffset?)Noon.AddHours(-12), 0L), (BudgetScope.Project("search"), null, 0L)]);
        (await Ledger.GetTotalAsync(new())).Amount.Should().Be(0.75m);
        (await Ledger.ReportAsync(new() { From = Noon.AddDays(-1), To = Noon.AddDays(1), GroupBy = ["user"] })).Rows.Should().ContainSingle().Which.Count.Should().Be(1);
    }

    [Fact]
    public async Task A_request_that_a_shadow_limit_would_have_refused_is_recorded_as_allowed()
    {
        await using var provider = Build(limits: options => options.Budgets.Add(new Budget { Scope = BudgetScope.Each("project"), Limit = 0.5m, Enforcement = Enforcement.Shadow }));
        await FirewallOf(provider).SpendAsync(Call with { OperationId = "noted" });
        await FeedOf(provider).FlushAsync();

        var entry = (await DenialsAsync()).Should().ContainSingle().Which;
        (entry.OperationId, entry.Outcome).Should().Be(("noted", DecisionOutcome.Allowed));
        entry.Counters.Should().ContainSingle().Which.Scope.Should().Be(BudgetScope.Project("search"));
        (await Ledger.GetTotalAsync(new() { Kinds = [LedgerEntryKind.Spend] })).Should().Be(new LedgerTotal(0.75m, 1));
    }

    [Fact]
    public async Task Denials_above_the_rate_are_counted_together_by_outcome_limit_scope_and_minute()
    {
        await using var provider = Build(options => options.DenialsPerMinute = 2);
        var firewall = FirewallOf(provider);
        foreach (var user in new[] { "alice", "bob" })
            await firewall.SpendAsync(Call with { UserId = user });
        for (var i = 0; i < 30; i++)
            (await firewall.TrySpendAsync(Call with { UserId = i < 20 ? "alice" : "bob" })).IsAllowed.Should().BeFalse();
        Clock.Advance(TimeSpan.FromMinutes(1));
        for (var i = 0; i < 5; i++)
            await firewall.TryCheckAsync(Call);
        await FeedOf(provider).FlushAsync();

        var denials = await DenialsAsync();
        denials.Where(denial => denial.Time == Noon).Select(denial => (denial.UserId, denial.ProjectId, denial.Count)).Should().BeEquivalentTo(
            [("alice", "search", 1L), ("alice", "search", 1L), ("alice", null, 18L), ("bob", null, 10L)]);
        denials.Where(denial => denial.Time > Noon).Select(denial => denial.Count).Should().BeEquivalentTo([1L, 1L, 3L]);
        denials.Should().OnlyContain(denial => denial.Outcome == DecisionOutcome.BudgetExceeded && denial.Counters.Single().Family == "user/day" && denial.Counters.Single().Scope.Id == denial.UserId);
        FeedOf(provider).Status.LeftOut.Should().Be(0);
        (await Ledger.FindEntryAsync(denials[0].Id)).Should().Be(denials[0]);
    }

    [Fact]
    public async Task Denials_above_the_rate_are_counted_for_the_limit_that_has_decided()
    {
        await using var provider = Build(options => options.DenialsPerMinute = 0, limits: options =>
        {
            options.Budgets.Clear();
            options.Budgets.Add(new Budget { Scope = BudgetScope.Project("search"), Limit = 0.5m, Enforcement = Enforcement.Escalate });
            options.Budgets.Add(new Budget { Scope = BudgetScope.User("alice"), Limit = 0.5m });
        });
        var decision = await FirewallOf(provider).TrySpendAsync(Call);
        (await FirewallOf(provider).TrySpendAsync(Call with { UserId = "bob" })).Outcome.Should().Be(DecisionOutcome.ApprovalRequired);
        await FeedOf(provider).FlushAsync();

        decision.Outcome.Should().Be(DecisionOutcome.BudgetExceeded);
        (await DenialsAsync()).Select(denial => (denial.Outcome, denial.Counters.Single().Scope)).Should().BeEquivalentTo(
            new (DecisionOutcome?, BudgetScope)[] { (DecisionOutcome.BudgetExceeded, BudgetScope.User("alice")), (DecisionOutcome.ApprovalRequired, BudgetScope.Project("search")) });
    }

    [Fact]
    public async Task Denials_of_too_many_different_scopes_are_left_out_and_counted()
    {
        var measured = 0L;
        using var listener = new MeterListener { InstrumentPublished = (instrument, listener) => { if (instrument.Name == LedgerDiagnostics.LeftOut) listener.EnableMeasurementEvents(instrument); } };
        listener.SetMeasurementEventCallback<long>((_, value, _, _) => Interlocked.Add(ref measured, value));
        listener.Start();
        await using var provider = Build(options => options.DenialsPerMinute = 0);
        for (var i = 0; i < 1_100; i++)
            (await FirewallOf(provider).TryCheckAsync(Call with { UserId = $"user-{i}", Cost = 2m })).IsAllowed.Should().BeFalse();
        await FeedOf(provider).FlushAsync();

        FeedOf(provider).Status.LeftOut.Should().Be(100);
        Interlocked.Read(ref measured).Should().BeGreaterThanOrEqualTo(100);
        (await DenialsAsync()).Should().HaveCount(1_000);
    }

    [Fact]
    public async Task Denials_that_the_database_refuses_hold_up_no_charge_and_are_written_later()
    {
        var ledger = new NoDenialsLedger();
        await using (var provider = Build(around: inner => ledger.Around(inner)))
        {
            var firewall = FirewallOf(provider);
            for (var i = 0; i < 10; i++)
                await firewall.TryCheckAsync(Call with { Cost = 2m });
            await firewall.ChargeAsync(Call);
            await WaitUntilAsync(async () => (await Ledger.GetTotalAsync(new())).Count == 1);
            ledger.RefusesDenials = false;
            await PassUntilAsync(TimeSpan.FromSeconds(1), async () => (await DenialsAsync()).Count == 10);
        }
    }

    [Fact]
    public async Task A_denial_by_what_the_process_remembers_and_one_without_the_store_are_recorded_too()
    {
        await using (var provider = Build(limits: options => options.DenialCache = TimeSpan.FromSeconds(10)))
        {
            await FirewallOf(provider).SpendAsync(Call);
            await FirewallOf(provider).TrySpendAsync(Call);
            (await FirewallOf(provider).TrySpendAsync(Call)).IsFromCache.Should().BeTrue();
        }
        (await DenialsAsync()).Should().HaveCount(2);
        var away = new AwayLedger();
        await using (var provider = Build(options => options.MaxBacklog = 1, ledger => away.Around(ledger)))
        {
            await FirewallOf(provider).ChargeAsync(Call with { UserId = "bob" });
            (await FirewallOf(provider).TrySpendAsync(Call with { UserId = "bob" })).Outcome.Should().Be(DecisionOutcome.StoreUnavailable);
            away.IsAway = false;
            await PassUntilAsync(TimeSpan.FromSeconds(1), async () => (await DenialsAsync()).Count == 3);
        }

        (await ReadAllAsync(new() { Kinds = [LedgerEntryKind.Denial], Scopes = new Dictionary<string, string> { ["user"] = "bob" } })).Should().ContainSingle().Which.Outcome.Should().Be(DecisionOutcome.StoreUnavailable);
    }

    [Fact]
    public async Task What_is_allowed_is_recorded_only_by_option_and_denials_can_be_left_out()
    {
        await using (var provider = Build(options => options.RecordDenials = false))
        {
            await FirewallOf(provider).CheckAsync(Call);
            await FirewallOf(provider).TryCheckAsync(Call with { Cost = 2m });
            await FirewallOf(provider).TryReserveAsync(Call with { UserId = "bob" });
        }
        (await ReadAllAsync(new())).Should().BeEmpty();

        await using (var provider = Build(options => options.RecordAllowed = true))
        {
            await FirewallOf(provider).CheckAsync(Call with { OperationId = "check" });
            await FirewallOf(provider).CheckAsync(Call with { OperationId = "check" });
            await using var reservation = await FirewallOf(provider).ReserveAsync(Call with { OperationId = "reservation" });
            await reservation.CommitAsync(0.25m);
            await FirewallOf(provider).SpendAsync(Call with { OperationId = "spend", Cost = 0.125m });
        }

        (await ReadAllAsync(new())).Select(entry => (entry.Kind, entry.OperationId, entry.Amount, entry.HeldNanos)).Should().BeEquivalentTo(new (LedgerEntryKind, string, decimal, long?)[]
        {
            (LedgerEntryKind.Check, "check", 0m, 750_000_000L), (LedgerEntryKind.Reservation, "reservation", 0m, 750_000_000L), (LedgerEntryKind.Commit, "reservation", 0.25m, 750_000_000L),
            (LedgerEntryKind.Spend, "spend", 0.125m, null),
        });
    }

    /// <summary>A ledger that writes no denials for a time.</summary>
    private sealed class NoDenialsLedger : LedgerAround
    {
        private volatile bool _refusesDenials = true;

        public bool RefusesDenials { get => _refusesDenials; set => _refusesDenials = value; }

        public override ValueTask<int> AppendAsync(IReadOnlyList<LedgerEntry> entries, IReadOnlyList<StateChange> changes, CancellationToken cancellationToken = default) =>
            _refusesDenials && entries.Any(entry => entry.Kind == LedgerEntryKind.Denial) ? throw new LedgerException("No denials.") : base.AppendAsync(entries, changes, cancellationToken);
    }
}
