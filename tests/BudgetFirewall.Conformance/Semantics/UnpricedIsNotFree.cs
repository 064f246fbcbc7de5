namespace BudgetFirewall.Conformance;

/// <summary>What nothing prices is of unknown cost: hard budgets of money do not let it be charged, and no other budget needs to know.</summary>
public abstract class UnpricedIsNotFree<THarness> : StoreTests<THarness>
    where THarness : StoreHarness, new()
{
    [Fact]
    public async Task A_check_of_what_nothing_prices_needs_something_remaining()
    {
        var firewall = Firewall(Limit(BudgetScope.Each("user"), 10m));
        var decision = await firewall.CheckAsync(Call());
        (decision.IsCostUnknown, decision.Cost).Should().Be((true, 0m));

        await firewall.ChargeAsync(Call(100m));

        (await firewall.TryCheckAsync(Call())).Outcome.Should().Be(DecisionOutcome.BudgetExceeded);
    }

    [Theory]
    [InlineData(OperationKind.Reserve)]
    [InlineData(OperationKind.Spend)]
    [InlineData(OperationKind.Charge)]
    public async Task What_nothing_prices_cannot_be_reserved_spent_or_charged_to_a_hard_budget(OperationKind kind)
    {
        var firewall = Firewall(options =>
        {
            options.Budgets.AddRange([AliceLimit(10m), Limit(SearchScope, 10m) with { Enforcement = Enforcement.Soft }]);
            options.RateLimits.Add(Rate(AliceScope, capacity: 5));
            options.Pricing.Providers["fnnhub"] = 0.01m;
        });

        var e = (await FluentActions.Awaiting(async () => await firewall.DoAsync(kind, Call(project: Search, id: "one"))).Should().ThrowExactlyAsync<UnknownPriceException>()).Which;

        (e.Provider, e.Model, e.OperationId).Should().Be(((string Provider, string?, string?))(Provider, null, "one"));
        e.Message.Should().Contain("Pricing.Providers");
        e.Message.Should().Contain("Pricing.DefaultCostPerRequest");
        e.Message.Should().Contain("Pricing.UnknownProviders");
        await firewall.AssertStandsAtAsync(AliceScope, spent: 0);
        await firewall.AssertStandsAtAsync(SearchScope, spent: 0);
        (await firewall.LevelAsync(AliceScope)).Should().Be(5m);
    }

    [Theory]
    [InlineData(OperationKind.Reserve)]
    [InlineData(OperationKind.Spend)]
    [InlineData(OperationKind.Charge)]
    public async Task Tokens_without_a_model_and_without_a_price_of_tokens_are_of_unknown_cost(OperationKind kind)
    {
        var request = Call() with { Usage = BudgetUsage.Tokens(1_000, 500) };
        var firewall = Firewall(options =>
        {
            options.Budgets.Add(AliceLimit(10m));
            options.Pricing.Models["gpt"] = new ModelPrice { Input = 0.001m };
            options.Pricing.Units["kb"] = 1m;
        });
        var withTokens = Firewall(options =>
        {
            options.Budgets.Add(AliceLimit(10m));
            options.Pricing.Units["input_tokens"] = 0.001m;
        });

        await FluentActions.Awaiting(async () => await firewall.DoAsync(kind, request)).Should().ThrowExactlyAsync<UnknownPriceException>();

        (await withTokens.DoAsync(kind, request)).Cost.Should().Be(1m);
    }

    [Theory]
    [InlineData(OperationKind.Reserve)]
    [InlineData(OperationKind.Spend)]
    [InlineData(OperationKind.Charge)]
    public async Task A_price_of_a_unit_that_the_request_gives_no_usage_of_leaves_its_cost_unknown(OperationKind kind)
    {
        var firewall = Firewall(options =>
        {
            options.Budgets.Add(AliceLimit(10m));
            options.Pricing.Providers[Provider] = 0.5m;
            options.Pricing.Units[Record] = 0.1m;
        });

        var e = (await FluentActions.Awaiting(async () => await firewall.DoAsync(kind, Call())).Should().ThrowExactlyAsync<UnknownPriceException>()).Which;

        e.Message.Should().Contain(Record);
        (await firewall.DoAsync(kind, Call() with { Usage = Records(2) })).Cost.Should().Be(0.7m);
    }

    [Theory]
    [InlineData("cost", 0.25)]
    [InlineData("provider", 0.5)]
    [InlineData("free provider", 0)]
    [InlineData("default", 0.75)]
    [InlineData("default of zero", 0)]
    [InlineData("request", 0.125)]
    [InlineData("unit", 2)]
    [InlineData("model", 3)]
    [InlineData("unknown model", 0.75)]
    [InlineData("free", 0)]
    public async Task What_anything_prices_is_known_and_what_is_known_to_be_free_fits_a_budget_that_is_used_up(string priced, double cost)
    {
        var firewall = Firewall(options =>
        {
            options.Budgets.Add(AliceLimit(10m));
            Price(options.Pricing, priced);
        });
        var request = priced switch
        {
            "cost" => Call(0.25m),
            "unit" => Call() with { Usage = Records(2) },
            "model" => Call() with { Model = "gpt", Usage = BudgetUsage.Tokens(3, 0) },
            "unknown model" => Call() with { Model = "new", Usage = BudgetUsage.Tokens(3, 0) },
            _ => Call(),
        };

        var decision = await firewall.SpendAsync(request);
        (decision.Cost, decision.IsCostUnknown).Should().Be(((decimal)cost, false));
        await using (var reservation = await firewall.ReserveAsync(request))
            (reservation.Cost, reservation.Decision.IsCostUnknown).Should().Be(((decimal)cost, false));
        var receipt = await firewall.ChargeAsync(request);
        (receipt.Cost, receipt.IsCostUnknown).Should().Be(((decimal)cost, false));

        await firewall.ChargeAsync(Call(20m));
        (await firewall.TryCheckAsync(request)).IsAllowed.Should().Be(cost == 0);
        (await firewall.TrySpendAsync(request)).IsAllowed.Should().Be(cost == 0);
    }

    [Fact]
    public async Task A_model_without_a_price_is_unknown_to_a_check_whatever_its_providers_price()
    {
        var firewall = Firewall(options =>
        {
            options.Budgets.Add(AliceLimit(1m));
            options.Pricing.Providers[Provider] = 0.5m;
            options.Pricing.UnknownProviders = UnknownProviderPolicy.Free;
        });
        var request = Call() with { Model = "new", Usage = BudgetUsage.Tokens(3, 0) };

        var decision = await firewall.CheckAsync(request);

        (decision.IsCostUnknown, decision.Cost).Should().Be((true, 0m));
        var e = (await FluentActions.Awaiting(async () => await firewall.SpendAsync(request)).Should().ThrowExactlyAsync<UnknownPriceException>()).Which;
        (e.Provider, e.Model).Should().Be((Provider, "new"));
        await firewall.ChargeAsync(Call(1m));
        (await firewall.TryCheckAsync(request)).IsAllowed.Should().BeFalse();
    }

    [Fact]
    public async Task Where_only_soft_budgets_count_money_an_unknown_cost_counts_0_and_is_flagged()
    {
        var observer = new RecordingObserver();
        var firewall = Harness.CreateFirewall(options => options.Budgets.Add(AliceLimit(10m) with { Enforcement = Enforcement.Soft }), observer);

        var spent = await firewall.SpendAsync(Call());
        var charged = await firewall.ChargeAsync(Call());
        await using var reservation = await firewall.ReserveAsync(Call());
        var committed = await reservation.CommitAsync();

        (spent is { Cost: 0, IsCostUnknown: true }).Should().BeTrue();
        (charged is { Cost: 0, IsCostUnknown: true }).Should().BeTrue();
        (reservation.Decision is { Cost: 0, IsCostUnknown: true }).Should().BeTrue();
        (committed is { Cost: 0, IsCostUnknown: true }).Should().BeTrue();
        (await Eventually.HoldsAsync(() => observer.Charges.Count == 3)).Should().BeTrue();
        observer.Charges.Should().AllSatisfy(receipt => receipt.IsCostUnknown.Should().BeTrue());
        await firewall.AssertStandsAtAsync(AliceScope, spent: 0);
    }

    [Fact]
    public async Task Where_only_soft_budgets_count_money_a_priced_model_without_usage_is_unknown_too()
    {
        var firewall = Firewall(options =>
        {
            options.Budgets.Add(AliceLimit(10m) with { Enforcement = Enforcement.Soft });
            options.Pricing.Models["gpt"] = new ModelPrice { Input = 0.001m };
        });

        var decision = await firewall.SpendAsync(Call() with { Model = "gpt" });

        (decision.Cost, decision.IsCostUnknown).Should().Be((0m, true));
    }

    [Fact]
    public async Task Where_no_budget_counts_money_no_price_is_needed()
    {
        var firewall = Firewall(options =>
        {
            options.Budgets.Add(Limit(AliceScope, 2m, unit: "request"));
            options.Budgets.Add(Limit(SearchScope, 1m));
            options.RateLimits.Add(Rate(AliceScope, capacity: 5));
        });

        await firewall.SpendAsync(Call());
        await (await firewall.ReserveAsync(Call())).CommitAsync(BudgetUsage.Tokens(1, 1));

        (await firewall.TrySpendAsync(Call())).IsAllowed.Should().BeFalse();
        await firewall.ChargeAsync(Call(user: "bob"));
        await firewall.AssertStandsAtAsync(AliceScope, spent: 2m);
        (await firewall.LevelAsync(AliceScope)).Should().Be(3m);
    }

    [Theory]
    [InlineData(OperationKind.Reserve)]
    [InlineData(OperationKind.Spend)]
    [InlineData(OperationKind.Charge)]
    public async Task A_replay_says_that_its_cost_was_unknown_although_it_has_a_price_by_now(OperationKind kind)
    {
        var soft = AliceLimit(10m) with { Enforcement = Enforcement.Soft };
        var firewall = Firewall(soft);
        var priced = Firewall(options =>
        {
            options.Budgets.Add(soft);
            options.Pricing.Providers[Provider] = 0.5m;
        });
        await firewall.DoAsync(kind, Call(id: "one"));

        var isUnknown = kind switch
        {
            OperationKind.Reserve => (await priced.ReserveAsync(Call(id: "one"))).Decision.IsCostUnknown,
            OperationKind.Spend => (await priced.SpendAsync(Call(id: "one"))).IsCostUnknown,
            _ => (await priced.ChargeAsync(Call(id: "one"))).IsCostUnknown,
        };

        isUnknown.Should().BeTrue();
    }

    [Fact]
    public async Task A_hard_budget_that_another_process_has_set_refuses_at_the_next_decision()
    {
        var processes = Processes(2);
        (await processes[1].SpendAsync(Call())).IsCostUnknown.Should().BeTrue();

        await processes[0].Budgets.SetAsync(AliceLimit(1m));

        await FluentActions.Awaiting(async () => await processes[1].SpendAsync(Call())).Should().ThrowExactlyAsync<UnknownPriceException>();
    }

    [Fact]
    public async Task A_hard_budget_that_another_process_has_lifted_no_longer_refuses_at_the_next_decision()
    {
        var processes = Processes(2);
        await processes[0].Budgets.SetAsync(AliceLimit(1m));
        await FluentActions.Awaiting(async () => await processes[1].SpendAsync(Call())).Should().ThrowExactlyAsync<UnknownPriceException>();

        await processes[0].Budgets.SetAsync(AliceLimit(1m) with { Enforcement = Enforcement.Soft });

        (await processes[1].SpendAsync(Call())).IsCostUnknown.Should().BeTrue();
    }

    [Fact]
    public async Task An_unknown_cost_is_refused_though_the_store_is_away_and_requests_are_let_through()
    {
        var (firewall, chaos) = Harness.CreateFragileFirewall(options =>
        {
            options.Budgets.Add(AliceLimit(10m));
            options.FailureMode = FailureMode.Allow;
        });
        chaos.Strike(StoreCalls.All, StoreFault.NotReached);

        await FluentActions.Awaiting(async () => await firewall.TryReserveAsync(Call())).Should().ThrowExactlyAsync<UnknownPriceException>();
        var degraded = await firewall.ReserveAsync(Call(1m) with { Cost = 1m });
        chaos.Heal();
        degraded.Decision.IsDegraded.Should().BeTrue();
        (await degraded.CommitAsync(BudgetUsage.Tokens(1, 1))).Cost.Should().Be(1m);
    }

    private static void Price(PricingOptions pricing, string priced)
    {
        switch (priced)
        {
            case "provider":
                pricing.Providers[Provider] = 0.5m;
                break;
            case "free provider":
                pricing.Providers[Provider] = 0m;
                break;
            case "default":
                pricing.DefaultCostPerRequest = 0.75m;
                break;
            case "default of zero":
                pricing.DefaultCostPerRequest = 0m;
                break;
            case "request":
                pricing.Units["request"] = 0.125m;
                break;
            case "unit":
                pricing.Units[Record] = 1m;
                break;
            case "model":
                pricing.Models["gpt"] = new ModelPrice { Input = 1m };
                break;
            case "unknown model":
                pricing.UnknownModels = UnknownModelPolicy.UseDefaultCost;
                pricing.DefaultCostPerRequest = 0.75m;
                break;
            case "free":
                pricing.UnknownProviders = UnknownProviderPolicy.Free;
                break;
        }
    }
}
