namespace BudgetFirewall.Conformance;

/// <summary>A cost or amount that is not known is not zero: something must remain. One that is known to be 0 is free.</summary>
public abstract class UnknownIsNotZero<THarness> : StoreTests<THarness>
    where THarness : StoreHarness, new()
{
    private static readonly BudgetRequest Unpriceable = Call() with { Model = "gpt" };

    [Fact]
    public async Task An_unknown_cost_is_admitted_while_a_single_nano_remains()
    {
        var firewall = Firewall(WithPrices);
        await firewall.ChargeAsync(Call(1m - Nano));

        var decision = await firewall.CheckAsync(Unpriceable);

        decision.IsCostUnknown.Should().BeTrue();
        decision.Cost.Should().Be(0m);
    }

    [Fact]
    public async Task An_unknown_cost_is_denied_where_nothing_remains()
    {
        var firewall = Firewall(WithPrices);
        await firewall.ChargeAsync(Call(1m));

        var decision = await firewall.TryCheckAsync(Unpriceable);

        decision.Outcome.Should().Be(DecisionOutcome.BudgetExceeded);
        decision.IsCostUnknown.Should().BeTrue();
        AssertWait(Calendar.NextMidnight(Harness.Now) - Harness.Now, decision.RetryAfter);
    }

    [Fact]
    public async Task Every_hard_money_budget_must_have_something_remaining_and_no_soft_one()
    {
        var firewall = Firewall(options =>
        {
            WithPrices(options);
            options.Budgets.Add(Limit(SearchScope, 1m));
            options.Budgets.Add(Limit(ProviderScope, 1m) with { Enforcement = Enforcement.Soft });
        });
        await firewall.ChargeAsync(Call(1m, user: null));
        (await firewall.TryCheckAsync(Unpriceable with { ProjectId = Search })).IsAllowed.Should().BeTrue();

        await firewall.ChargeAsync(Call(1m, user: null, project: Search));

        var decision = await firewall.TryCheckAsync(Unpriceable with { ProjectId = Search });
        decision.DeniedByBudgets.Should().ContainSingle().Which.Scope.Should().Be(SearchScope);
    }

    [Fact]
    public async Task A_hold_leaves_nothing_remaining_just_as_spending_does()
    {
        var firewall = Firewall(WithPrices);
        await firewall.ReserveAsync(Call(1m));

        (await firewall.TryCheckAsync(Unpriceable)).IsAllowed.Should().BeFalse();
    }

    [Fact]
    public async Task Under_a_limit_of_0_an_unknown_cost_is_denied_and_time_does_not_help()
    {
        var firewall = Firewall(options =>
        {
            options.Budgets.Add(AliceLimit(0m));
            options.Pricing.Models["gpt"] = new ModelPrice { Input = 0.001m };
        });

        var decision = await firewall.TryCheckAsync(Unpriceable);

        (decision.Outcome, decision.RetryAfter).Should().Be(((DecisionOutcome, TimeSpan?))(DecisionOutcome.BudgetExceeded, null));
    }

    [Fact]
    public async Task The_known_part_of_an_unknown_cost_must_fit()
    {
        var firewall = Firewall(options =>
        {
            options.Budgets.Add(AliceLimit(1m));
            options.Pricing.DefaultCostPerRequest = 0.4m;
            options.Pricing.Units[Record] = 0.1m;
        });
        await firewall.ChargeAsync(Call(0.6m));
        var first = await firewall.TryCheckAsync(Call());
        (first.IsAllowed, first.IsCostUnknown, first.Cost).Should().Be((true, true, 0.4m));
        await firewall.ChargeAsync(Call(Nano));

        (await firewall.TryCheckAsync(Call())).IsAllowed.Should().BeFalse();
    }

    [Fact]
    public async Task A_known_cost_of_0_is_free_and_no_money_budget_refuses_it_not_even_one_that_is_overrun()
    {
        var firewall = Firewall(AliceLimit(1m), Limit(BudgetScope.Global, 0m));
        await firewall.ChargeAsync(Call(5m));

        (await firewall.CheckAsync(Call(0m))).IsAllowed.Should().BeTrue();
        (await firewall.SpendAsync(Call(0m))).IsAllowed.Should().BeTrue();
        (await firewall.ReserveAsync(Call(0m))).IsGranted.Should().BeTrue();
        (await firewall.CheckAsync(Call(0m))).IsCostUnknown.Should().BeFalse();
    }

    [Fact]
    public async Task A_request_without_prices_and_cost_is_known_to_be_free_where_that_is_chosen()
    {
        var firewall = Firewall(options =>
        {
            options.Budgets.Add(AliceLimit(0m));
            options.Pricing.UnknownProviders = UnknownProviderPolicy.Free;
        });

        var decision = await firewall.SpendAsync(Call());

        (decision.Cost, decision.IsCostUnknown).Should().Be((0m, false));
    }

    [Theory]
    [InlineData(OperationKind.Reserve)]
    [InlineData(OperationKind.Spend)]
    [InlineData(OperationKind.Charge)]
    public async Task A_priced_model_without_usage_cannot_be_reserved_spent_or_charged(OperationKind kind)
    {
        var firewall = Firewall(WithPrices);

        await FluentActions.Awaiting(async () => await firewall.DoAsync(kind, Unpriceable)).Should().ThrowExactlyAsync<ArgumentException>();

        await firewall.AssertStandsAtAsync(AliceScope, spent: 0);
    }

    [Fact]
    public async Task A_priced_model_without_usage_can_be_reserved_and_spent_at_a_cost_that_is_given()
    {
        var firewall = Firewall(WithPrices);

        await firewall.SpendAsync(Unpriceable with { Cost = 0.25m });
        await firewall.ReserveAsync(Unpriceable with { Cost = 0.5m });

        await firewall.AssertStandsAtAsync(AliceScope, spent: 0.25m, held: 0.5m);
    }

    [Theory]
    [InlineData(OperationKind.Reserve)]
    [InlineData(OperationKind.Spend)]
    [InlineData(OperationKind.Charge)]
    public async Task A_model_without_a_price_is_refused_before_anything_is_touched(OperationKind kind)
    {
        var firewall = Firewall(WithPrices);

        var e = (await FluentActions.Awaiting(async () => await firewall.DoAsync(kind, Call() with { Model = "none", Usage = BudgetUsage.Tokens(1, 1) })).Should().ThrowExactlyAsync<UnknownPriceException>()).Which;

        e.Model.Should().Be("none");
        await firewall.AssertStandsAtAsync(AliceScope, spent: 0);
    }

    [Fact]
    public async Task Without_usage_a_unit_budget_must_have_something_remaining()
    {
        var firewall = Firewall(Limit(AliceScope, 100m, unit: "input_tokens"));
        await firewall.ChargeAsync(Tokens(99));
        (await firewall.TryCheckAsync(Call(0m))).IsAllowed.Should().BeTrue();
        await firewall.ChargeAsync(Tokens(1));

        var decision = await firewall.TryCheckAsync(Call(0m));

        decision.DeniedByBudgets.Should().ContainSingle().Which.Unit.Should().Be("input_tokens");
    }

    [Fact]
    public async Task Usage_without_a_budgets_unit_does_not_concern_it()
    {
        var firewall = Firewall(Limit(AliceScope, 100m, unit: "input_tokens"));
        await firewall.ChargeAsync(Tokens(100));

        (await firewall.TryCheckAsync(Call(0m) with { Usage = Records(5) })).IsAllowed.Should().BeTrue();
        (await firewall.TrySpendAsync(Call(0m) with { Usage = Records(5) })).IsAllowed.Should().BeTrue();
        await firewall.AssertStandsAtAsync(AliceScope, spent: 100m);
    }

    [Fact]
    public async Task Known_units_that_do_not_fit_are_denied()
    {
        var firewall = Firewall(Limit(AliceScope, 100m, unit: "input_tokens"));
        await firewall.ChargeAsync(Tokens(60));

        (await firewall.TrySpendAsync(Tokens(41))).IsAllowed.Should().BeFalse();
        (await firewall.TrySpendAsync(Tokens(40))).IsAllowed.Should().BeTrue();
        (await firewall.TrySpendAsync(Tokens(0))).IsAllowed.Should().BeTrue();
        (await firewall.TrySpendAsync(Tokens(1))).IsAllowed.Should().BeFalse();
    }

    [Fact]
    public async Task A_budget_of_requests_counts_one_for_each_whatever_its_usage()
    {
        var firewall = Firewall(Limit(AliceScope, 3m, unit: "request"));

        await firewall.SpendAsync(Call(0m));
        await firewall.ChargeAsync(Call(0m) with { Usage = Records(7) });
        var reservation = await firewall.ReserveAsync(Call(0m));

        (await firewall.TrySpendAsync(Call(0m))).IsAllowed.Should().BeFalse();
        await reservation.ReleaseAsync();
        (await firewall.TrySpendAsync(Call(0m))).IsAllowed.Should().BeTrue();
        await firewall.AssertStandsAtAsync(AliceScope, spent: 3m);
    }

    [Fact]
    public async Task Kilobytes_and_all_kinds_of_tokens_are_counted_from_the_usage()
    {
        string[] units = ["kb", "mb", "input_tokens", "cached_input_tokens", "output_tokens", "reasoning_tokens", "total_tokens", Record];
        var firewall = Firewall([.. units.Select(unit => Limit(AliceScope, 10_000m, unit: unit))]);
        var usage = new BudgetUsage
        {
            RequestBytes = 1_024,
            ResponseBytes = 1_047_552,
            InputTokens = 100,
            CachedInputTokens = 30,
            OutputTokens = 50,
            ReasoningTokens = 20,
            Units = new Dictionary<string, decimal> { [Record] = 2.5m },
        };

        var receipt = await firewall.ChargeAsync(Call(0m) with { Usage = usage });

        units.Select(unit => receipt.Budgets.Single(state => state.Unit == unit).Spent).Should().Equal(1_024m, 1m, 100m, 30m, 50m, 20m, 150m, 2.5m);
    }

    private static BudgetRequest Tokens(long input) => Call(0m) with { Usage = BudgetUsage.Tokens(input, output: 0) };

    private static void WithPrices(BudgetFirewallOptions options)
    {
        options.Budgets.Add(AliceLimit(1m));
        options.Pricing.Models["gpt"] = new ModelPrice { Input = 0.001m, Output = 0.002m };
    }
}
