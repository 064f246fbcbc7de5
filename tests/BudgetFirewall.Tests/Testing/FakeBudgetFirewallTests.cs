using BudgetFirewall.Conformance;

namespace BudgetFirewall.Tests.Testing;

public sealed class FakeBudgetFirewallTests : IAsyncDisposable
{
    private readonly ManualTimeProvider _clock = new(new(2026, 3, 4, 9, 30, 0, TimeSpan.Zero));
    private readonly FakeBudgetFirewall _firewall;

    public FakeBudgetFirewallTests() => _firewall = new(_clock);

    public ValueTask DisposeAsync() => _firewall.DisposeAsync();

    [Fact]
    public async Task Operations_of_different_scopes_are_different_ones_whatever_their_ids()
    {
        await using var firewall = new FakeBudgetFirewall();
        var request = new BudgetRequest { Provider = "openai", Cost = 1m, OperationId = "order-4711" };

        var reservations = new List<BudgetReservation>();
        foreach (var scope in new[] { null, "acme", "globex" })
        {
            (await firewall.ChargeAsync(request with { OperationScope = scope })).IsReplay.Should().BeFalse();
            reservations.Add(await firewall.ReserveAsync(request with { OperationScope = scope }));
        }

        reservations.Select(reservation => reservation.Id).Distinct().Count().Should().Be(3);
        ReservationIdentity.TryParse(reservations[1].Id, out var identity).Should().BeTrue();
        (identity!.OperationScope, identity.OperationId).Should().Be(("acme", "order-4711"));
        await firewall.CommitAsync(reservations[1].Id, 2m);
        firewall.OpenReservations.Count.Should().Be(2);
    }

    [Fact]
    public async Task It_allows_everything_unless_told_otherwise()
    {
        (await _firewall.CheckAsync(Request(1_000_000m))).AssertAllowed();
        (await _firewall.SpendAsync(Request(2m))).AssertAllowed();
        await using var reservation = await _firewall.ReserveAsync(Request(3m));

        reservation.IsGranted.Should().BeTrue();
        (reservation.Cost, reservation.ExpiresAt).Should().Be((3m, _clock.GetUtcNow() + TimeSpan.FromMinutes(5)));
        _firewall.Calls.Select(call => call.Kind).Should().Equal(FirewallCallKind.Check, FirewallCallKind.Spend, FirewallCallKind.Reserve);
    }

    [Fact]
    public async Task Scripted_denials_come_in_line_and_then_it_allows_again()
    {
        _firewall.DenyNext(retryAfter: TimeSpan.FromSeconds(3));
        _firewall.DenyNext(DecisionOutcome.RateLimited);

        var first = (await FluentActions.Awaiting(async () => await _firewall.SpendAsync(Request(1m))).Should().ThrowExactlyAsync<BudgetExceededException>()).Which;
        var second = await _firewall.TryReserveAsync(Request(1m));

        first.RetryAfter.Should().Be(TimeSpan.FromSeconds(3));
        second.IsGranted.Should().BeFalse();
        second.Decision.AssertDenied(DecisionOutcome.RateLimited);
        (await _firewall.TrySpendAsync(Request(1m))).AssertAllowed();
        _firewall.AssertCharged(1m);
    }

    [Fact]
    public async Task A_rule_decides_until_everything_is_allowed_again()
    {
        _firewall.Decide(request => request.UserId == "mallory" ? new() { Outcome = DecisionOutcome.BudgetExceeded } : null);

        (await _firewall.TryCheckAsync(Request(1m))).AssertAllowed();
        (await _firewall.TryCheckAsync(Request(1m) with { UserId = "mallory" })).AssertDenied();
        _firewall.AllowAll();
        (await _firewall.TryCheckAsync(Request(1m) with { UserId = "mallory" })).AssertAllowed();
    }

    [Fact]
    public async Task A_commit_charges_once_and_conflicts_with_another_amount()
    {
        var reservation = await _firewall.ReserveAsync(Request(3m));

        var receipt = await reservation.CommitAsync(2m);
        var replay = await _firewall.CommitAsync(reservation.Id, 2m);

        (receipt.Cost, receipt.IsReplay, receipt.ReservationId).Should().Be((2m, false, reservation.Id));
        replay.IsReplay.Should().BeTrue();
        await FluentActions.Awaiting(async () => await reservation.CommitAsync(1m)).Should().ThrowExactlyAsync<OperationConflictException>();
        await FluentActions.Awaiting(async () => await reservation.ReleaseAsync()).Should().ThrowExactlyAsync<OperationConflictException>();
        _firewall.AssertCharged(2m);
        _firewall.AssertNothingHeld();
    }

    [Fact]
    public async Task A_commit_of_a_usage_is_priced()
    {
        _firewall.UsePrice(request => request.Usage is { } usage ? (usage.InputTokens ?? 0) * 0.01m : 5m);
        var reservation = await _firewall.ReserveAsync(Request());

        reservation.Cost.Should().Be(5m);
        _firewall.Estimate(Request()).Total.Should().Be(5m);
        (await reservation.CommitAsync(BudgetUsage.Tokens(input: 10, output: 1))).Cost.Should().Be(0.1m);
    }

    [Fact]
    public async Task Disposing_without_a_commit_releases()
    {
        await using (await _firewall.ReserveAsync(Request(1m)))
            _firewall.OpenReservations.Should().ContainSingle();

        _firewall.AssertNothingHeld();
        _firewall.AssertCalled(FirewallCallKind.Release);
        _firewall.AssertCharged(0);
    }

    [Fact]
    public async Task A_lease_ends_by_the_clock_and_can_be_extended_before()
    {
        var reservation = await _firewall.ReserveAsync(Request(1m) with { Lease = TimeSpan.FromSeconds(10) });

        (await reservation.ExtendAsync(TimeSpan.FromSeconds(30))).Should().Be(_clock.GetUtcNow() + TimeSpan.FromSeconds(30));
        _clock.Advance(TimeSpan.FromSeconds(30));

        await FluentActions.Awaiting(async () => await reservation.ExtendAsync(TimeSpan.FromSeconds(30))).Should().ThrowExactlyAsync<ReservationNotFoundException>();
        (await reservation.CommitAsync()).IsLate.Should().BeTrue();
    }

    [Fact]
    public async Task A_repeated_charge_is_a_replay_and_another_under_its_id_a_conflict()
    {
        var request = Request(1m) with { OperationId = "one" };

        await _firewall.ChargeAsync(request);
        (await _firewall.ChargeAsync(request)).IsReplay.Should().BeTrue();
        await FluentActions.Awaiting(async () => await _firewall.ChargeAsync(request with { Cost = 2m })).Should().ThrowExactlyAsync<OperationConflictException>();

        _firewall.AssertCharged(1m);
    }

    [Fact]
    public async Task A_call_fails_as_scripted_and_is_recorded()
    {
        _firewall.FailNext(FirewallCallKind.Charge, new ChargeUnconfirmedException("gone") { OperationId = "one" });

        await FluentActions.Awaiting(async () => await _firewall.ChargeAsync(Request(1m))).Should().ThrowExactlyAsync<ChargeUnconfirmedException>();
        await _firewall.ChargeAsync(Request(1m));

        _firewall.AssertCalled(FirewallCallKind.Charge, times: 2);
        _firewall.AssertCharged(1m);
    }

    [Fact]
    public async Task A_scope_stands_at_what_it_is_set_to()
    {
        _firewall.SetStatus(new() { Scope = BudgetScope.User("alice"), Currency = "EUR" });

        (await _firewall.GetStatusAsync(BudgetScope.User("alice"))).Currency.Should().Be("EUR");
        (await _firewall.GetStatusAsync(BudgetScope.Global)).Budgets.Should().BeEmpty();
    }

    [Fact]
    public async Task A_request_meets_what_its_scopes_are_set_to()
    {
        foreach (var scope in new[] { BudgetScope.Global, BudgetScope.User("alice"), BudgetScope.User("bob"), BudgetScope.Of("tenant", "acme") })
            _firewall.SetStatus(new() { Scope = scope, Budgets = [new() { BudgetId = "b", Scope = scope, Limit = 10m }] });

        var status = await _firewall.GetStatusAsync(new BudgetRequest { Provider = "openai", UserId = "alice", Dimensions = new Dictionary<string, string> { ["tenant"] = "acme" } });

        status.Budgets.Select(budget => budget.Scope).Should().BeEquivalentTo([BudgetScope.Global, BudgetScope.User("alice"), BudgetScope.Of("tenant", "acme")]);
        _firewall.Calls.Should().ContainSingle().Which.Request!.UserId.Should().Be("alice");
    }

    [Fact]
    public async Task Runtime_budgets_are_kept_and_decide_nothing()
    {
        var budget = new Budget { Scope = BudgetScope.Global, Limit = 0 };
        await _firewall.Budgets.SetAsync(budget);

        (await _firewall.Budgets.ListAsync()).Should().Equal(budget);
        (await _firewall.TrySpendAsync(Request(1m))).AssertAllowed();
        (await _firewall.Budgets.RemoveAsync(budget.Id)).Should().BeTrue();
        (await _firewall.Budgets.ListAsync()).Should().BeEmpty();
    }

    [Fact]
    public async Task Runtime_rate_limits_are_kept_and_decide_nothing()
    {
        var limit = RateLimit.TokenBucket(BudgetScope.Global, 1, 0);
        (await _firewall.RateLimits.AddAsync(limit)).Should().BeTrue();
        (await _firewall.RateLimits.AddAsync(limit)).Should().BeFalse();
        await _firewall.RateLimits.SetManyAsync([limit with { Id = "b" }, limit with { Id = "a" }]);

        (await _firewall.RateLimits.ListAsync()).Select(kept => kept.Id).Should().Equal("a", "b", limit.Id);
        (await _firewall.RateLimits.ListAsync(1, "a")).Should().Equal(limit with { Id = "b" });
        (await _firewall.TrySpendAsync(Request(1m) with { Permits = 2 })).AssertAllowed();
        (await _firewall.RateLimits.RemoveAsync("a")).Should().BeTrue();
        (await _firewall.RateLimits.FindAsync("a")).Should().BeNull();
    }

    [Fact]
    public async Task An_explanation_takes_no_scripted_decision_and_a_check_of_rate_limits_does()
    {
        _firewall.SetStatus(new() { Scope = BudgetScope.User("alice"), Budgets = [new() { BudgetId = "b", Scope = BudgetScope.User("alice"), Limit = 10m }] });
        _firewall.DenyNext(DecisionOutcome.RateLimited);

        var explanation = await _firewall.ExplainAsync(Request(2m));
        (explanation.IsAllowed, explanation.Cost, explanation.Budgets.Single().BudgetId).Should().Be((true, 2m, "b"));
        (await _firewall.TryCheckRateLimitsAsync(Request())).AssertDenied(DecisionOutcome.RateLimited);

        _firewall.AssertCalled(FirewallCallKind.Explain);
        _firewall.AssertCalled(FirewallCallKind.CheckRateLimits);
    }

    [Fact]
    public async Task Assertions_that_do_not_hold_say_what_was_found()
    {
        await _firewall.SpendAsync(Request(1.5m));
        var reservation = await _firewall.ReserveAsync(Request(1m) with { OperationId = "open-one" });
        await using var real = new BudgetFirewallBuilder().Configure(options => options.Budgets.Add(new Budget { Scope = BudgetScope.Global, Limit = 5m })).Build();
        await real.SpendAsync(Request(2m));

        FluentActions.Invoking(() => _firewall.AssertCharged(2m)).Should().ThrowExactly<BudgetAssertionException>().Which.Message.Should().Contain("Expected 2 to be charged, found 1.5");
        FluentActions.Invoking(() => _firewall.AssertCalled(FirewallCallKind.Commit)).Should().ThrowExactly<BudgetAssertionException>().Which.Message.Should().Contain("Expected 1 × Commit, found 0");
        FluentActions.Invoking(_firewall.AssertNothingHeld).Should().ThrowExactly<BudgetAssertionException>().Which.Message.Should().Contain("open-one");
        FluentActions.Invoking(() => reservation.Decision.AssertDenied()).Should().ThrowExactly<BudgetAssertionException>();
        FluentActions.Invoking(() => new BudgetDecision { Outcome = DecisionOutcome.RateLimited }.AssertAllowed()).Should().ThrowExactly<BudgetAssertionException>();
        FluentActions.Invoking(() => new BudgetDecision { Outcome = DecisionOutcome.RateLimited }.AssertDenied()).Should().ThrowExactly<BudgetAssertionException>();
        var stands = (await FluentActions.Awaiting(() => real.AssertStandsAtAsync(BudgetScope.Global, spent: 1m)).Should().ThrowExactlyAsync<BudgetAssertionException>()).Which;
        stands.Message.Should().Contain("1 spent and 0 held, found 2 spent and 0 held");
        ((await FluentActions.Awaiting(() => real.AssertStandsAtAsync(BudgetScope.User("x"), spent: 1m)).Should().ThrowExactlyAsync<BudgetAssertionException>()).Which).Message.Should().Contain("found none");
    }

    private static BudgetRequest Request(decimal? cost = null) => new() { Provider = "finnhub", UserId = "alice", Cost = cost };
}
