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
            Assert.False((await firewall.ChargeAsync(request with { OperationScope = scope })).IsReplay);
            reservations.Add(await firewall.ReserveAsync(request with { OperationScope = scope }));
        }

        Assert.Equal(3, reservations.Select(reservation => reservation.Id).Distinct().Count());
        Assert.True(ReservationIdentity.TryParse(reservations[1].Id, out var identity));
        Assert.Equal(("acme", "order-4711"), (identity.OperationScope, identity.OperationId));
        await firewall.CommitAsync(reservations[1].Id, 2m);
        Assert.Equal(2, firewall.OpenReservations.Count);
    }

    [Fact]
    public async Task It_allows_everything_unless_told_otherwise()
    {
        (await _firewall.CheckAsync(Request(1_000_000m))).AssertAllowed();
        (await _firewall.SpendAsync(Request(2m))).AssertAllowed();
        await using var reservation = await _firewall.ReserveAsync(Request(3m));

        Assert.True(reservation.IsGranted);
        Assert.Equal((3m, _clock.GetUtcNow() + TimeSpan.FromMinutes(5)), (reservation.Cost, reservation.ExpiresAt));
        Assert.Equal([FirewallCallKind.Check, FirewallCallKind.Spend, FirewallCallKind.Reserve], _firewall.Calls.Select(call => call.Kind));
    }

    [Fact]
    public async Task Scripted_denials_come_in_line_and_then_it_allows_again()
    {
        _firewall.DenyNext(retryAfter: TimeSpan.FromSeconds(3));
        _firewall.DenyNext(DecisionOutcome.RateLimited);

        var first = await Assert.ThrowsAsync<BudgetExceededException>(async () => await _firewall.SpendAsync(Request(1m)));
        var second = await _firewall.TryReserveAsync(Request(1m));

        Assert.Equal(TimeSpan.FromSeconds(3), first.RetryAfter);
        Assert.False(second.IsGranted);
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

        Assert.Equal((2m, false, reservation.Id), (receipt.Cost, receipt.IsReplay, receipt.ReservationId));
        Assert.True(replay.IsReplay);
        await Assert.ThrowsAsync<OperationConflictException>(async () => await reservation.CommitAsync(1m));
        await Assert.ThrowsAsync<OperationConflictException>(async () => await reservation.ReleaseAsync());
        _firewall.AssertCharged(2m);
        _firewall.AssertNothingHeld();
    }

    [Fact]
    public async Task A_commit_of_a_usage_is_priced()
    {
        _firewall.UsePrice(request => request.Usage is { } usage ? (usage.InputTokens ?? 0) * 0.01m : 5m);
        var reservation = await _firewall.ReserveAsync(Request());

        Assert.Equal(5m, reservation.Cost);
        Assert.Equal(5m, _firewall.Estimate(Request()).Total);
        Assert.Equal(0.1m, (await reservation.CommitAsync(BudgetUsage.Tokens(input: 10, output: 1))).Cost);
    }

    [Fact]
    public async Task Disposing_without_a_commit_releases()
    {
        await using (await _firewall.ReserveAsync(Request(1m)))
            Assert.Single(_firewall.OpenReservations);

        _firewall.AssertNothingHeld();
        _firewall.AssertCalled(FirewallCallKind.Release);
        _firewall.AssertCharged(0);
    }

    [Fact]
    public async Task A_lease_ends_by_the_clock_and_can_be_extended_before()
    {
        var reservation = await _firewall.ReserveAsync(Request(1m) with { Lease = TimeSpan.FromSeconds(10) });

        Assert.Equal(_clock.GetUtcNow() + TimeSpan.FromSeconds(30), await reservation.ExtendAsync(TimeSpan.FromSeconds(30)));
        _clock.Advance(TimeSpan.FromSeconds(30));

        await Assert.ThrowsAsync<ReservationNotFoundException>(async () => await reservation.ExtendAsync(TimeSpan.FromSeconds(30)));
        Assert.True((await reservation.CommitAsync()).IsLate);
    }

    [Fact]
    public async Task A_repeated_charge_is_a_replay_and_another_under_its_id_a_conflict()
    {
        var request = Request(1m) with { OperationId = "one" };

        await _firewall.ChargeAsync(request);
        Assert.True((await _firewall.ChargeAsync(request)).IsReplay);
        await Assert.ThrowsAsync<OperationConflictException>(async () => await _firewall.ChargeAsync(request with { Cost = 2m }));

        _firewall.AssertCharged(1m);
    }

    [Fact]
    public async Task A_call_fails_as_scripted_and_is_recorded()
    {
        _firewall.FailNext(FirewallCallKind.Charge, new ChargeUnconfirmedException("gone") { OperationId = "one" });

        await Assert.ThrowsAsync<ChargeUnconfirmedException>(async () => await _firewall.ChargeAsync(Request(1m)));
        await _firewall.ChargeAsync(Request(1m));

        _firewall.AssertCalled(FirewallCallKind.Charge, times: 2);
        _firewall.AssertCharged(1m);
    }

    [Fact]
    public async Task A_scope_stands_at_what_it_is_set_to()
    {
        _firewall.SetStatus(new() { Scope = BudgetScope.User("alice"), Currency = "EUR" });

        Assert.Equal("EUR", (await _firewall.GetStatusAsync(BudgetScope.User("alice"))).Currency);
        Assert.Empty((await _firewall.GetStatusAsync(BudgetScope.Global)).Budgets);
    }

    [Fact]
    public async Task Runtime_budgets_are_kept_and_decide_nothing()
    {
        var budget = new Budget { Scope = BudgetScope.Global, Limit = 0 };
        await _firewall.Budgets.SetAsync(budget);

        Assert.Equal([budget], await _firewall.Budgets.ListAsync());
        (await _firewall.TrySpendAsync(Request(1m))).AssertAllowed();
        Assert.True(await _firewall.Budgets.RemoveAsync(budget.Id));
        Assert.Empty(await _firewall.Budgets.ListAsync());
    }

    [Fact]
    public async Task Assertions_that_do_not_hold_say_what_was_found()
    {
        await _firewall.SpendAsync(Request(1.5m));
        var reservation = await _firewall.ReserveAsync(Request(1m) with { OperationId = "open-one" });
        await using var real = new BudgetFirewallBuilder().Configure(options => options.Budgets.Add(new Budget { Scope = BudgetScope.Global, Limit = 5m })).Build();
        await real.SpendAsync(Request(2m));

        Assert.Contains("Expected 2 to be charged, found 1.5", Assert.Throws<BudgetAssertionException>(() => _firewall.AssertCharged(2m)).Message, StringComparison.Ordinal);
        Assert.Contains("Expected 1 × Commit, found 0", Assert.Throws<BudgetAssertionException>(() => _firewall.AssertCalled(FirewallCallKind.Commit)).Message, StringComparison.Ordinal);
        Assert.Contains("open-one", Assert.Throws<BudgetAssertionException>(_firewall.AssertNothingHeld).Message, StringComparison.Ordinal);
        Assert.Throws<BudgetAssertionException>(() => reservation.Decision.AssertDenied());
        Assert.Throws<BudgetAssertionException>(() => new BudgetDecision { Outcome = DecisionOutcome.RateLimited }.AssertAllowed());
        Assert.Throws<BudgetAssertionException>(() => new BudgetDecision { Outcome = DecisionOutcome.RateLimited }.AssertDenied());
        var stands = await Assert.ThrowsAsync<BudgetAssertionException>(() => real.AssertStandsAtAsync(BudgetScope.Global, spent: 1m));
        Assert.Contains("1 spent and 0 held, found 2 spent and 0 held", stands.Message, StringComparison.Ordinal);
        Assert.Contains("found none", (await Assert.ThrowsAsync<BudgetAssertionException>(() => real.AssertStandsAtAsync(BudgetScope.User("x"), spent: 1m))).Message, StringComparison.Ordinal);
    }

    private static BudgetRequest Request(decimal? cost = null) => new() { Provider = "finnhub", UserId = "alice", Cost = cost };
}
