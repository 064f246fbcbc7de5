namespace BudgetFirewall.Tests.Events;

/// <summary>The bodies of events, and when they are raised.</summary>
public sealed class EventsRaisedTests : EventTestBase
{
    [Fact]
    public async Task A_threshold_that_is_crossed_is_told_once_with_what_is_spent()
    {
        await using var firewall = Firewall(AliceLimit(10m) with { WarnAt = [0.8m, 0.9m, 1m], Name = "Alice's day" });
        var receipt = await firewall.ChargeAsync(Call(9.5m));
        await firewall.ChargeAsync(Call(0.1m));

        var heard = await HearAsync(BudgetEventTypes.ThresholdCrossed, 2);

        heard.Select(e => e.Data.Threshold).Should().Equal(0.8m, 0.9m);
        var e = heard[0];
        (e.Scope, e.Subject, e.Time, e.Severity).Should().Be((AliceScope, "user=alice/day", Clock.GetUtcNow(), BudgetEventSeverity.Warning));
        (e.Data.BudgetId, e.Data.Name, e.Data.Spent, e.Data.Limit, e.Data.OperationId).Should().Be(("user=alice/day", "Alice's day", 9.5m, 10m, receipt.OperationId));
        e.Data.PeriodStart.Should().Be(new DateTimeOffset(2026, 3, 4, 0, 0, 0, TimeSpan.Zero));
        e.Text.Should().Be("user=alice has spent 9.5 of 10, 80 % or more of the budget 'Alice's day'.");
    }

    [Fact]
    public async Task An_overrun_is_told_for_each_budget_that_it_is_of()
    {
        await using var firewall = Firewall(AliceLimit(1m), Limit(ProviderLimit, 2m));

        var receipt = await firewall.ChargeAsync(Call(5m));

        (await HearAsync(BudgetEventTypes.Overrun, 2)).Select(e => (e.Subject, e.Data.Amount, e.Data.OperationId))
            .Should().BeEquivalentTo([("user=alice/day", (decimal?)4m, receipt.OperationId), ("provider=finnhub/day", 3m, receipt.OperationId)]);
    }

    [Fact]
    public async Task Denials_of_a_minute_are_one_event_for_each_limit_and_scope()
    {
        await using var firewall = Firewall(Limit(BudgetScope.Each("user"), 1m));
        for (var i = 0; i < 30; i++)
            await firewall.TrySpendAsync(Call(2m, user: i % 3 == 0 ? "bob" : Alice));
        Channel.Of(BudgetEventTypes.Denied).Should().BeEmpty();

        Clock.Advance(TimeSpan.FromMinutes(1));

        (await HearAsync(BudgetEventTypes.Denied, 2)).Select(e => (e.Scope, e.Data.BudgetId, e.Data.Outcome, e.Data.Count))
            .Should().BeEquivalentTo([(BudgetScope.User("bob"), "each:user/day", "budget_exceeded", (long?)10), (AliceScope, "each:user/day", "budget_exceeded", 20)]);
    }

    [Fact]
    public async Task Denials_that_wait_for_the_end_of_their_minute_are_told_when_the_firewall_is_closed()
    {
        var firewall = Firewall(AliceLimit(1m));
        await firewall.TrySpendAsync(Call(2m));

        await firewall.DisposeAsync();

        Channel.Of(BudgetEventTypes.Denied).Should().ContainSingle().Which.Data.Count.Should().Be(1);
    }

    [Fact]
    public async Task What_a_throttled_budget_has_no_turn_for_has_a_type_of_its_own()
    {
        await using var firewall = Firewall(AliceLimit(1m) with { Enforcement = Enforcement.Throttle, Throttle = new() { RatePerSecond = 1, QueueLimit = 0 } });
        await firewall.ChargeAsync(Call(2m));
        (await firewall.TryCheckAsync(Call(1m))).IsAllowed.Should().BeTrue();
        (await firewall.TryCheckAsync(Call(1m))).Outcome.Should().Be(DecisionOutcome.Throttled);

        Clock.Advance(TimeSpan.FromMinutes(1));

        (await HearOneAsync(BudgetEventTypes.Throttled)).Data.Outcome.Should().Be("throttled");
    }

    [Fact]
    public async Task A_thousand_and_more_different_denials_of_a_minute_are_bounded_and_none_is_missing()
    {
        var firewall = Firewall(Limit(BudgetScope.Each("user"), 1m));
        for (var i = 0; i < 1_500; i++)
            await firewall.TrySpendAsync(Call(2m, user: "u" + i));

        await firewall.DisposeAsync();

        var denied = Channel.Of(BudgetEventTypes.Denied).ToList();
        denied.Should().HaveCount(1_001);
        denied.Sum(e => e.Data.Count).Should().Be(1_500);
        denied.Should().ContainSingle(e => e.Scope == null).Which.Data.Count.Should().Be(500);
    }

    [Fact]
    public async Task A_commit_after_its_lease_is_told()
    {
        await using var firewall = Firewall(AliceLimit(10m));
        var reservation = await firewall.ReserveAsync(Call(1m));
        Clock.Advance(TimeSpan.FromMinutes(6));

        await reservation.CommitAsync(1.5m);

        var e = await HearOneAsync(BudgetEventTypes.CommitLate);
        (e.Subject, e.Data.Cost, e.Data.Currency).Should().Be((reservation.OperationId, 1.5m, "USD"));
    }

    [Fact]
    public async Task Changes_of_limits_are_told_with_what_was_before_and_who_has_done_it()
    {
        await using var firewall = Firewall();
        var budget = AliceLimit(1m) with { Id = "a" };
        await firewall.Budgets.SetAsync(budget);
        await firewall.Budgets.SetAsync(budget with { Limit = 2m });
        await firewall.Budgets.SetAsync(budget with { Limit = 2m });
        await firewall.Budgets.RemoveAsync("a");
        await firewall.RateLimits.SetAsync(Rate(AliceScope, 10m) with { Id = "r" });

        var heard = await HearAsync(BudgetEventTypes.BudgetChanged, 3);

        heard.Select(e => (e.Subject, e.Data.Before is null, e.Data.After is null)).Should().Equal(("a", true, false), ("a", false, false), ("a", false, true));
        (heard[1].Data.ValueBefore, heard[1].Data.ValueAfter, heard[1].Text).Should().Be((1m, 2m, "The budget 'a' was changed from 1 to 2."));
        heard[1].Data.After!.Value.GetRawText().Should().NotBe(heard[1].Data.Before!.Value.GetRawText());
        (await HearOneAsync(BudgetEventTypes.RateLimitChanged)).Data.RateLimitId.Should().Be("r");
    }

    [Fact]
    public async Task Approvals_are_told_when_they_are_asked_for_and_when_they_end()
    {
        await using var firewall = Firewall(Limit(BudgetScope.Each("user"), 1m) with { Enforcement = Enforcement.Escalate });
        async Task<string> AskAsync(string user) => (await firewall.TrySpendAsync(Call(3m, user))).ApprovalIds.Single();
        var given = await AskAsync("a");
        await firewall.Approvals.ApproveAsync(given, 2m, by: "bob", note: "for the demo");
        await firewall.Approvals.DenyAsync(await AskAsync("b"));
        await firewall.Approvals.CancelAsync(await AskAsync("c"));
        var expired = await AskAsync("d");
        Clock.Advance(TimeSpan.FromDays(2));
        await AskAsync("d");

        (await HearAsync(BudgetEventTypes.ApprovalRequested, 5)).Should().HaveCount(5);
        var approved = await HearOneAsync(BudgetEventTypes.ApprovalGiven);
        (approved.Subject, approved.Data.Amount, approved.Data.By, approved.Data.Reason).Should().Be((given, 2m, "bob", "for the demo"));
        (await HearOneAsync(BudgetEventTypes.ApprovalRefused)).Scope.Should().Be(BudgetScope.User("b"));
        (await HearOneAsync(BudgetEventTypes.ApprovalCancelled)).Scope.Should().Be(BudgetScope.User("c"));
        (await HearOneAsync(BudgetEventTypes.ApprovalExpired)).Subject.Should().Be(expired);
    }

    [Fact]
    public async Task An_allowance_is_told_with_what_the_limit_is_raised_by_now()
    {
        await using var firewall = Firewall(AliceLimit(1m) with { Id = "a" });

        await firewall.Budgets.GrantAsync(new() { BudgetId = "a", Scope = AliceScope, Amount = 4m, Reason = "launch", By = "bob" });

        var e = await HearOneAsync(BudgetEventTypes.AllowanceChanged);
        (e.Subject, e.Data.Amount, e.Data.Allowance, e.Data.By, e.Data.Reason).Should().Be(("a", 4m, 4m, "bob", "launch"));
    }

    [Fact]
    public async Task An_adaptive_limit_that_is_lowered_is_told()
    {
        await using var firewall = Firewall(options => options.RateLimits.Add(Rate(ProviderLimit, 100m, 100m) with { Id = "r", Adaptive = new() { Floor = 1m, GrowthPerSecond = 1m } }));

        await firewall.RateLimits.ReportAsync(Call(), new() { IsOverloaded = true });

        var e = await HearOneAsync(BudgetEventTypes.RateLimitLowered);
        (e.Subject, e.Data.Cause, e.Data.ValueBefore, e.Data.Ceiling).Should().Be(("r", "overloaded", 100m, 100m));
        e.Data.ValueAfter.Should().BeLessThan(100m);
    }

    [Fact]
    public async Task Pools_are_told_of_when_they_are_allocated_divided_and_renewed()
    {
        await using var firewall = Firewall();
        var pool = new QuotaPool { Id = "p", Limit = 10m, Period = BudgetPeriod.Day, Members = [new() { Scope = AliceScope }, new() { Scope = SearchScope }] };
        await firewall.Quotas.AllocateAsync(pool);
        Clock.Advance(TimeSpan.FromDays(1));
        await firewall.Quotas.GetAsync("p");

        (await HearAsync(BudgetEventTypes.QuotaChanged)).Should().ContainSingle().Which.Data.After.Should().NotBeNull();
        (await HearAsync(BudgetEventTypes.QuotaDivided, 2))[0].Data.Count.Should().Be(2);
        (await HearOneAsync(BudgetEventTypes.QuotaRenewed)).Data.PeriodStart.Should().Be(new DateTimeOffset(2026, 3, 5, 0, 0, 0, TimeSpan.Zero));
    }

    [Fact]
    public async Task A_store_that_fails_now_and_then_is_away_until_it_has_not_failed_for_some_seconds()
    {
        await using var firewall = Firewall(AliceLimit(10m));
        for (var i = 0; i < 5; i++)
        {
            Store!.Strike(StoreCalls.All, StoreFault.NotReached);
            (await firewall.TrySpendAsync(Call(1m))).Outcome.Should().Be(DecisionOutcome.StoreUnavailable);
            Store.Heal();
            (await firewall.TrySpendAsync(Call(0.1m))).IsAllowed.Should().BeTrue();
        }
        Clock.Advance(TimeSpan.FromSeconds(5));
        await firewall.ChargeAsync(Call(0.1m));

        await HearOneAsync(BudgetEventTypes.StoreBack);
        (await HearOneAsync(BudgetEventTypes.StoreAway)).Data.Cause.Should().NotBeNullOrEmpty();
    }

    [Theory]
    [InlineData("status")]
    [InlineData("list")]
    [InlineData("charge")]
    [InlineData("commit")]
    [InlineData("approvals")]
    public async Task Each_absence_is_told_to_a_process_that_only_does_one_thing(string what)
    {
        await using var firewall = Firewall(AliceLimit(10m));
        var reservation = await firewall.ReserveAsync(Call(0.1m));
        Task AskAsync() => what switch
        {
            "status" => firewall.GetStatusAsync(AliceScope).AsTask(),
            "list" => firewall.Budgets.ListAsync().AsTask(),
            "charge" => firewall.ChargeAsync(Call(0.1m)).AsTask(),
            "commit" => firewall.CommitAsync(reservation.Id, 0.1m).AsTask(),
            "approvals" => firewall.Approvals.FindAsync("none").AsTask(),
            _ => throw new ArgumentOutOfRangeException(nameof(what)),
        };
        for (var absence = 1; absence <= 2; absence++)
        {
            Store!.Strike(StoreCalls.All, StoreFault.NotReached);
            await FluentActions.Awaiting(AskAsync).Should().ThrowAsync<BudgetFirewallException>();
            Store.Heal();
            Clock.Advance(TimeSpan.FromSeconds(5));
            await AskAsync();
        }

        await HearAsync(BudgetEventTypes.StoreAway, 2);
        await HearAsync(BudgetEventTypes.StoreBack, 2);
    }

    [Fact]
    public async Task A_charge_that_the_outbox_gives_up_is_told()
    {
        var firewall = Firewall(options =>
        {
            options.Budgets.Add(AliceLimit(10m));
            options.Outbox.IsEnabled = true;
        });
        Store!.Strike(StoreCalls.All, StoreFault.NotReached);
        await firewall.ChargeAsync(Call(1m, id: "left"));

        await firewall.DisposeAsync();

        var e = Channel.Of(BudgetEventTypes.ChargeUndeliverable).Should().ContainSingle().Subject;
        (e.Subject, e.Data.Cause, e.Data.Cost).Should().Be(("left", "abandoned", 1m));
    }
}
