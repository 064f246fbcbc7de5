using System.Collections.Immutable;
using BudgetFirewall.Conformance;
using BudgetFirewall.Storage;

namespace BudgetFirewall.Tests;

/// <summary>What the meter reports. It is the whole process's, so nothing may run beside.</summary>
[Collection(Alone.Name)]
public sealed class MetricsTests : StoreTests<MemoryHarness>, IDisposable
{
    private readonly MeterRecording _meter = new();

    [Fact]
    public async Task Decisions_are_counted_by_operation_outcome_and_provider()
    {
        var firewall = Firewall(options =>
        {
            options.Budgets.Add(AliceLimit(5m));
            options.Budgets.Add(Limit(SearchScope, 0m) with { Enforcement = Enforcement.Throttle, Throttle = new() { RatePerSecond = 1, QueueLimit = 0 } });
            options.RateLimits.Add(Rate(AliceScope, capacity: 3));
            options.MetricProviders.Add(Provider);
        });
        await firewall.CheckAsync(Call(1m));
        await firewall.TryReserveAsync(Call(1m));
        await firewall.TrySpendAsync(Call(50m));
        await firewall.TrySpendAsync(Call(1m) with { Permits = 2 });
        await firewall.TrySpendAsync(Call(1m, project: Search));
        await firewall.TrySpendAsync(Call(1m, project: Search));

        _meter.Of(BudgetFirewallDiagnostics.Decisions).Select(measured => measured.Tags).Should().Equal(
            "operation=check outcome=allowed provider=finnhub", "operation=reserve outcome=allowed provider=finnhub", "operation=spend outcome=budget_exceeded provider=finnhub",
            "operation=spend outcome=rate_limited provider=finnhub", "operation=spend outcome=allowed provider=finnhub", "operation=spend outcome=throttled provider=finnhub");
    }

    [Theory]
    [InlineData(FailureMode.Allow, 3)]
    [InlineData(FailureMode.Deny, 0)]
    public async Task Requests_let_through_unseen_are_counted_and_so_is_the_stores_trouble(FailureMode mode, int degraded)
    {
        var (firewall, chaos) = Harness.CreateFragileFirewall(options =>
        {
            options.Budgets.Add(AliceLimit(5m));
            options.FailureMode = mode;
        });
        chaos.Strike(StoreCalls.Decide, StoreFault.NotReached);
        await firewall.TryCheckAsync(Call(1m));
        await firewall.TryReserveAsync(Call(1m));
        await firewall.TrySpendAsync(Call(1m));

        _meter.Of(BudgetFirewallDiagnostics.DegradedDecisions).Count.Should().Be(degraded);
        _meter.Of(BudgetFirewallDiagnostics.StoreTroubles).Select(measured => measured.Tags).Should().Equal("operation=check", "operation=reserve", "operation=spend");
    }

    [Fact]
    public async Task What_is_charged_and_overrun_is_counted_once_with_provider_and_currency()
    {
        var firewall = Firewall(options =>
        {
            options.Budgets.Add(AliceLimit(5m));
            options.Currency = "EUR";
            options.MetricProviders.Add(Provider);
        });
        await firewall.SpendAsync(Call(1.5m));
        await firewall.ChargeAsync(Call(2m, id: "one"));
        await firewall.ChargeAsync(Call(2m, id: "one"));
        await (await firewall.ReserveAsync(Call(1m))).CommitAsync(4m);

        _meter.Of(BudgetFirewallDiagnostics.Charged).Select(measured => measured.Value).Should().Equal(1.5, 2, 4);
        _meter.Of(BudgetFirewallDiagnostics.Overrun).Select(measured => measured.Value).Should().Equal(2.5);
        _meter.Of(BudgetFirewallDiagnostics.Charged).Should().AllSatisfy(measured => measured.Tags.Should().Be("provider=finnhub currency=EUR"));
    }

    [Fact]
    public async Task Charges_of_unknown_cost_are_counted_once_where_a_budget_counts_money()
    {
        var firewall = Firewall(options =>
        {
            options.Budgets.Add(AliceLimit(5m) with { Enforcement = Enforcement.Soft });
            options.MetricProviders.Add(Provider);
        });
        await firewall.SpendAsync(Call());
        await firewall.ChargeAsync(Call(id: "one"));
        await firewall.ChargeAsync(Call(id: "one"));
        await (await firewall.ReserveAsync(Call())).CommitAsync(BudgetUsage.Tokens(1, 1));
        await firewall.CheckAsync(Call());
        await firewall.SpendAsync(Call(0m));
        await firewall.SpendAsync(Call(user: "bob"));

        _meter.Of(BudgetFirewallDiagnostics.UnknownCosts).Select(measured => measured.Tags).Should().Equal("provider=finnhub", "provider=finnhub", "provider=finnhub");
    }

    [Fact]
    public async Task Warnings_are_counted_by_kind_of_scope_and_fraction()
    {
        var firewall = Firewall(AliceLimit(1m), Limit(SearchScope, 1m) with { WarnAt = [0.5m] });

        await firewall.ChargeAsync(Call(0.9m, project: Search));

        _meter.Of(BudgetFirewallDiagnostics.Warnings).Select(measured => measured.Tags).Order(StringComparer.Ordinal).Should().Equal("scope_kind=project threshold=0.5", "scope_kind=user threshold=0.8");
    }

    [Fact]
    public async Task The_spent_part_of_budgets_on_one_scope_is_reported_and_never_that_of_users_or_of_each()
    {
        var firewall = Firewall(AliceLimit(4m), Limit(BudgetScope.Each("user"), 4m, BudgetPeriod.Month), Limit(SearchScope, 4m), Limit(BudgetScope.Global, 8m));

        await firewall.ChargeAsync(Call(1m, project: Search));

        _meter.Of(BudgetFirewallDiagnostics.Utilization).Select(measured => (measured.Tags, measured.Value)).Order().Should().Equal(("budget=global/day", 0.125), ("budget=project=search/day", 0.25));
    }

    [Fact]
    public async Task Open_reservations_are_reported_until_they_are_settled_or_past_their_lease()
    {
        var firewall = Firewall(AliceLimit(9m));
        var committed = await firewall.ReserveAsync(Call(1m));
        var released = await firewall.ReserveAsync(Call(1m));
        var abandoned = await firewall.ReserveAsync(Call(1m));
        Last(BudgetFirewallDiagnostics.OpenReservations).Should().Be(3);

        await committed.CommitAsync();
        await released.ReleaseAsync();
        Last(BudgetFirewallDiagnostics.OpenReservations).Should().Be(1);
        await Harness.MoveToAsync(abandoned.ExpiresAt);
        Last(BudgetFirewallDiagnostics.OpenReservations).Should().Be(0);
    }

    [Fact]
    public async Task The_time_the_store_takes_is_recorded_for_every_operation()
    {
        var firewall = Firewall(AliceLimit(9m));
        await firewall.CheckAsync(Call(1m));
        await firewall.ChargeAsync(Call(1m));
        await (await firewall.ReserveAsync(Call(1m))).CommitAsync();
        await firewall.GetStatusAsync(AliceScope);

        _meter.Of(BudgetFirewallDiagnostics.StoreDuration).Select(measured => measured.Tags).Should().Equal("operation=check", "operation=charge", "operation=reserve", "operation=commit", "operation=status");
    }

    [Fact]
    public async Task The_time_of_reading_other_processes_budgets_is_recorded_too()
    {
        var firewall = Firewall(options => options.UnbudgetedRequests = UnbudgetedRequests.Deny);
        await Harness.Store.SetBudgetAsync(null, "", AliceLimit(9m));

        await firewall.CheckAsync(Call(1m));

        _meter.Of(BudgetFirewallDiagnostics.StoreDuration).Select(measured => measured.Tags).Should().Equal("operation=status", "operation=catalog", "operation=check");
    }

    [Fact]
    public async Task What_does_not_fit_in_the_observers_queue_is_dropped_and_counted()
    {
        var slow = new BlockedObserver();
        var firewall = Harness.CreateFirewall(options => options.Budgets.Add(AliceLimit(1m)), slow);
        for (var i = 0; i < 10_500; i++)
            await firewall.TrySpendAsync(Call(2m));

        _meter.Of(BudgetFirewallDiagnostics.DroppedEvents).Count.Should().BeInRange(499, 500);
        slow.LetGo();
        (await Eventually.HoldsAsync(() => slow.Heard is 10_000 or 10_001)).Should().BeTrue();
    }

    [Fact]
    public async Task Made_up_providers_share_one_series_and_configured_ones_have_their_own()
    {
        var firewall = Firewall(options =>
        {
            options.Pricing.Providers["priced"] = 0.001m;
            options.Pricing.Models["sold/model"] = new ModelPrice { Input = 0.001m };
            options.Budgets.AddRange([AliceLimit(5_000m), Limit(BudgetScope.Provider("limited"), 9m), Limit(SearchScope, 9m) with { Providers = ["filtered"] }]);
            options.RateLimits.Add(Rate(BudgetScope.Provider("rated"), capacity: 100));
            options.MetricProviders.Add("named\u001b[31m");
        });
        await firewall.Budgets.SetAsync(Limit(BudgetScope.Provider("added at run time"), 9m));

        for (var i = 0; i < 3_000; i++)
            await firewall.ChargeAsync(Call(0.001m) with { Provider = $"made-up-{i}" });
        string[] configured = ["priced", "sold", "limited", "filtered", "rated", "named\u001b[31m", "added at run time"];
        foreach (var provider in configured)
            await firewall.ChargeAsync(Call(0.001m) with { Provider = provider });

        _meter.Of(BudgetFirewallDiagnostics.Charged).Select(measured => measured.Tags).Distinct().Order(StringComparer.Ordinal).Should().Equal([.. configured.Select(provider => $"provider={provider.Replace("\u001b", @"\u001B", StringComparison.Ordinal)} currency=USD").Append("provider=other currency=USD").Order(StringComparer.Ordinal)]);
    }

    [Fact]
    public async Task A_budget_whose_id_speaks_to_terminals_is_a_tag_that_does_not()
    {
        var firewall = Firewall(Limit(BudgetScope.Project("a\u001bb\n"), 9m));

        await firewall.ChargeAsync(Call(1m, project: "a\u001bb\n"));

        _meter.Of(BudgetFirewallDiagnostics.Utilization).Select(measured => measured.Tags).Should().Equal(@"budget=project=a\u001Bb\u000A/day");
    }

    [Fact]
    public async Task Runtime_limits_that_cannot_be_read_are_reported_until_they_are_removed()
    {
        DamagedStore? store = null;
        var firewall = Harness.CreateFirewallOn(inner => store = new(inner), _ => { });
        await firewall.Budgets.SetAsync(Limit(SearchScope, 1m));
        await firewall.CheckAsync(Call(1m));
        _meter.Of(BudgetFirewallDiagnostics.UnreadableLimits).Should().BeEmpty();

        store!.Damaged = [new(new(LimitKind.Budget, "one"), "damaged", Scope: null), new(new(LimitKind.RateLimit, "two"), "damaged", AliceScope)];
        await Firewall().Budgets.SetAsync(Limit(SearchScope, 2m));
        (await firewall.TryCheckAsync(Call(1m))).IsAllowed.Should().BeFalse();
        (await firewall.TryCheckAsync(Call(1m, "bob"))).IsAllowed.Should().BeTrue();
        Last(BudgetFirewallDiagnostics.UnreadableLimits).Should().Be(2);
        store.Damaged = [];
        await firewall.Budgets.RemoveAsync(Limit(SearchScope, 2m).Id);
        (await firewall.TryCheckAsync(Call(1m))).IsAllowed.Should().BeTrue();
        Last(BudgetFirewallDiagnostics.UnreadableLimits).Should().Be(0);
    }

    [Fact]
    public async Task What_shadow_limits_would_refuse_is_counted_by_kind_scope_provider_and_named_budget()
    {
        var firewall = Firewall(options =>
        {
            options.Budgets.AddRange(
            [
                Limit(ProviderScope, 1m) with { Enforcement = Enforcement.Shadow },
                AliceLimit(1m) with { Enforcement = Enforcement.Shadow },
                Limit(BudgetScope.Each("project"), 1m) with { Enforcement = Enforcement.Shadow },
            ]);
            options.RateLimits.Add(Rate(SearchScope, capacity: 1) with { Enforcement = Enforcement.Shadow });
        });
        await firewall.SpendAsync(Call(2m, project: Search, id: "one") with { Permits = 2 });
        await firewall.SpendAsync(Call(2m, project: Search, id: "one") with { Permits = 2 });
        await firewall.CheckAsync(Call(0m, project: Search));

        _meter.Of(BudgetFirewallDiagnostics.WouldRefuse).Select(measured => measured.Tags).Should().Equal(
            "limit_kind=budget scope_kind=provider provider=finnhub budget=provider=finnhub/shadow/day",
            "limit_kind=budget scope_kind=project provider=finnhub",
            "limit_kind=budget scope_kind=user provider=finnhub",
            "limit_kind=rate_limit scope_kind=project provider=finnhub");
    }

    [Theory]
    [InlineData(DecisionKind.Check, "check")]
    [InlineData(DecisionKind.CheckRateLimits, "check_rate_limits")]
    [InlineData(DecisionKind.Reserve, "reserve")]
    [InlineData(DecisionKind.Spend, "spend")]
    public async Task The_time_that_calls_wait_for_their_turn_is_recorded_and_those_who_give_up_are_counted(DecisionKind kind, string operation)
    {
        var firewall = Firewall(options =>
        {
            options.RateLimits.Add(RateLimit.LeakyBucket(AliceScope, ratePerSecond: 0.5m));
            options.MetricProviders.Add(Provider);
        });
        using var giveUp = new CancellationTokenSource();
        await DecideAsync(firewall, kind, CancellationToken.None);

        var waits = DecideAsync(firewall, kind, CancellationToken.None);
        var givesUp = DecideAsync(firewall, kind, giveUp.Token);
        await giveUp.CancelAsync();
        await givesUp.Invoking(call => call).Should().ThrowAsync<OperationCanceledException>();
        Harness.Clock.Advance(TimeSpan.FromSeconds(2));
        await waits.WaitAsync(TimeSpan.FromMinutes(1));

        var waited = _meter.Of(BudgetFirewallDiagnostics.QueueWaitTime).Should().ContainSingle().Which;
        (waited.Value, waited.Tags).Should().Be((2, $"operation={operation} provider=finnhub"));
        _meter.Of(BudgetFirewallDiagnostics.QueueAbandoned).Select(measured => measured.Tags).Should().Equal($"operation={operation} provider=finnhub");
    }

    [Fact]
    public async Task No_tag_names_a_user()
    {
        var firewall = Firewall(AliceLimit(1m), Limit(BudgetScope.Each("user"), 1m, BudgetPeriod.Hour));
        await firewall.ChargeAsync(Call(2m));
        await firewall.TrySpendAsync(Call(2m));

        _meter.All.Should().NotBeEmpty();
        _meter.All.Should().NotContain(measured => measured.Tags.Contains(Alice, StringComparison.Ordinal));
    }

    public void Dispose() => _meter.Dispose();

    private static async Task<BudgetDecision> DecideAsync(IBudgetFirewall firewall, DecisionKind kind, CancellationToken cancellationToken) => kind switch
    {
        DecisionKind.Check => await firewall.TryCheckAsync(Call(1m), cancellationToken),
        DecisionKind.CheckRateLimits => await firewall.TryCheckRateLimitsAsync(Call(1m), cancellationToken),
        DecisionKind.Reserve => (await firewall.TryReserveAsync(Call(1m), cancellationToken)).Decision,
        DecisionKind.Spend => await firewall.TrySpendAsync(Call(1m), cancellationToken),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "This kind does not decide."),
    };

    private double Last(string instrument) => _meter.Of(instrument)[^1].Value;

    private sealed class DamagedStore(IBudgetStore inner) : StoreDecorator(inner)
    {
        public ImmutableArray<UnreadableLimit> Damaged { get; set; } = [];

        public override async ValueTask<CatalogChanges> ReadCatalogAsync(string? partition, string knownVersion) =>
            (await base.ReadCatalogAsync(partition, "")) with { StartsOver = true, Unreadable = Damaged, Count = null };
    }
}
