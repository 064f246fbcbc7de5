namespace BudgetFirewall.Conformance;

/// <summary>A check of rate limits alone takes from them and looks at nothing else.</summary>
public abstract class RateLimitsCheckedAlone<THarness> : StoreTests<THarness>
    where THarness : StoreHarness, new()
{
    [Fact]
    public async Task It_takes_permits_and_budgets_and_prices_do_not_matter()
    {
        var firewall = Firewall(options =>
        {
            options.UnbudgetedRequests = UnbudgetedRequests.Deny;
            options.Budgets.Add(Limit(SearchScope, 0m));
            options.RateLimits.Add(Rate(AliceScope, capacity: 3));
        });

        var decision = await firewall.CheckRateLimitsAsync(Call(5m, project: Search) with { Permits = 2 });

        (decision.Cost, decision.IsCostUnknown, decision.Budgets.Count).Should().Be((0m, false, 0));
        decision.Limits.Should().ContainSingle().Which.Should().Match<LimitVerdict>(limit => limit.Kind == LimitKind.RateLimit && limit.Needed == 2m && limit.Available == 3m);
        (await firewall.LevelAsync(AliceScope)).Should().Be(1m);
        var denied = await firewall.TryCheckRateLimitsAsync(Call(project: Search) with { Permits = 2 });
        (denied.Outcome, denied.RetryAfter).Should().Be((DecisionOutcome.RateLimited, null));
        await FluentActions.Awaiting(async () => await firewall.CheckRateLimitsAsync(Call() with { Permits = 2 })).Should().ThrowExactlyAsync<RateLimitExceededException>();
        (await firewall.LevelAsync(AliceScope)).Should().Be(1m);
    }

    [Fact]
    public async Task Its_ids_are_apart_from_those_of_checks_and_of_other_operations()
    {
        var firewall = Firewall(options => options.RateLimits.Add(Rate(AliceScope, capacity: 9)));
        var request = Call(0m, id: "one");

        (await firewall.CheckRateLimitsAsync(request)).IsReplay.Should().BeFalse();
        (await firewall.CheckAsync(request)).IsReplay.Should().BeFalse();
        (await firewall.SpendAsync(request)).IsReplay.Should().BeFalse();
        (await firewall.LevelAsync(AliceScope)).Should().Be(6m);

        (await firewall.CheckRateLimitsAsync(request)).IsReplay.Should().BeTrue();
        (await firewall.CheckAsync(request)).IsReplay.Should().BeTrue();
        await FluentActions.Awaiting(async () => await firewall.CheckRateLimitsAsync(request with { Permits = 2 })).Should().ThrowExactlyAsync<OperationConflictException>();
        (await firewall.LevelAsync(AliceScope)).Should().Be(6m);
    }

    [Fact]
    public async Task A_store_that_does_not_answer_denies_it_or_lets_it_through_as_configured()
    {
        var (closed, chaosOfClosed) = Harness.CreateFragileFirewall(_ => { });
        var (open, chaosOfOpen) = Harness.CreateFragileFirewall(options => options.FailureMode = FailureMode.Allow);
        chaosOfClosed.Strike(StoreCalls.All, StoreFault.NotReached);
        chaosOfOpen.Strike(StoreCalls.All, StoreFault.NotReached);

        (await closed.TryCheckRateLimitsAsync(Call())).Outcome.Should().Be(DecisionOutcome.StoreUnavailable);
        (await open.TryCheckRateLimitsAsync(Call())).IsDegraded.Should().BeTrue();
    }
}
