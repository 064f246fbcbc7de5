namespace BudgetFirewall.Conformance;

/// <summary>A filtered budget counts the requests that its providers, models, operations and dimensions let through.</summary>
public abstract class FiltersSelect<THarness> : StoreTests<THarness>
    where THarness : StoreHarness, new()
{
    [Theory]
    [InlineData("openai", "gpt", "chat", true)]
    [InlineData("azure", "gpt", "chat", true)]
    [InlineData("other", "gpt", "chat", false)]
    [InlineData("openai", "gpt-2", "chat", false)]
    [InlineData("openai", null, "chat", false)]
    [InlineData("openai", "gpt", "embed", true)]
    [InlineData("openai", "gpt", "image", false)]
    [InlineData("OpenAI", "gpt", "chat", false)]
    public async Task A_request_counts_where_all_three_filters_let_it_through(string provider, string? model, string operation, bool isCounted)
    {
        var firewall = Filtered(AliceLimit(10m) with { Providers = ["openai", "azure"], Models = ["gpt"], Operations = ["chat", "embed"] });
        var request = Call(20m) with { Provider = provider, Model = model, Operation = operation };

        (await firewall.TrySpendAsync(request)).IsAllowed.Should().Be(!isCounted);
        var receipt = await firewall.ChargeAsync(request);

        receipt.Budgets.Count.Should().Be(isCounted ? 1 : 0);
        await firewall.AssertStandsAtAsync(AliceScope, spent: isCounted ? 20m : 0);
    }

    [Fact]
    public async Task Without_a_filter_every_request_of_the_scope_counts()
    {
        var firewall = Filtered(AliceLimit(100m));
        await firewall.SpendAsync(Call(1m) with { Provider = "a" });
        await firewall.SpendAsync(Call(2m) with { Provider = "b", Model = "gpt", Operation = "chat" });

        await firewall.AssertStandsAtAsync(AliceScope, spent: 3m);
    }

    [Fact]
    public async Task Budgets_that_filter_differently_count_apart()
    {
        var all = AliceLimit(100m);
        var chat = AliceLimit(100m) with { Operations = ["chat"] };
        var embed = AliceLimit(100m) with { Operations = ["embed"] };
        var both = AliceLimit(100m) with { Operations = ["embed", "chat"] };
        var firewall = Filtered(all, chat, embed, both);

        await firewall.SpendAsync(Call(1m) with { Operation = "chat" });
        await firewall.SpendAsync(Call(2m) with { Operation = "embed" });
        await firewall.SpendAsync(Call(4m) with { Operation = "image" });

        await firewall.AssertStandsAtAsync(AliceScope, spent: 7m, budgetId: all.Id);
        await firewall.AssertStandsAtAsync(AliceScope, spent: 1m, budgetId: chat.Id);
        await firewall.AssertStandsAtAsync(AliceScope, spent: 2m, budgetId: embed.Id);
        await firewall.AssertStandsAtAsync(AliceScope, spent: 3m, budgetId: both.Id);
    }

    [Fact]
    public async Task The_order_and_repetition_of_names_in_a_filter_make_no_other_counter()
    {
        var before = Filtered(AliceLimit(100m) with { Operations = ["embed", "chat"] });
        var after = Filtered(AliceLimit(100m) with { Operations = ["chat", "embed", "chat"] });

        await before.SpendAsync(Call(1m) with { Operation = "chat" });

        await after.AssertStandsAtAsync(AliceScope, spent: 1m);
    }

    [Fact]
    public async Task The_same_name_as_provider_model_or_operation_filters_differently()
    {
        var byProvider = AliceLimit(100m) with { Providers = ["x"] };
        var byModel = AliceLimit(100m) with { Models = ["x"] };
        var byOperation = AliceLimit(100m) with { Operations = ["x"] };
        var firewall = Filtered(byProvider, byModel, byOperation);

        await firewall.SpendAsync(Call(1m) with { Model = "x" });

        await firewall.AssertStandsAtAsync(AliceScope, spent: 0, budgetId: byProvider.Id);
        await firewall.AssertStandsAtAsync(AliceScope, spent: 1m, budgetId: byModel.Id);
        await firewall.AssertStandsAtAsync(AliceScope, spent: 0, budgetId: byOperation.Id);
    }

    [Fact]
    public async Task An_own_budget_replaces_only_the_Each_budget_with_the_same_filter()
    {
        var each = Limit(BudgetScope.Each("user"), 1m) with { Operations = ["chat"] };
        var firewall = Filtered(each, AliceLimit(9m) with { Operations = ["chat"] }, AliceLimit(50m) with { Operations = ["embed"] });

        (await firewall.SpendAsync(Call(5m) with { Operation = "chat" })).Budgets.Should().ContainSingle().Which.Limit.Should().Be(9m);
        (await firewall.TrySpendAsync(Call(5m, "bob") with { Operation = "chat" })).IsAllowed.Should().BeFalse();
    }

    [Theory]
    [InlineData("trial", "eu", true)]
    [InlineData("free", "eu", true)]
    [InlineData("trial", "us", false)]
    [InlineData("paid", "eu", false)]
    [InlineData("Trial", "eu", false)]
    [InlineData("trial", null, false)]
    [InlineData(null, null, false)]
    public async Task A_request_counts_where_it_has_one_of_the_ids_of_each_dimension(string? tier, string? region, bool isCounted)
    {
        var firewall = Filtered(AliceLimit(10m) with { Dimensions = Dimensions(("tier", ["trial", "free"]), ("region", ["eu"])) });
        var request = Call(20m) with { Dimensions = Named(("tier", tier), ("region", region)) };

        (await firewall.TrySpendAsync(request)).IsAllowed.Should().Be(!isCounted);
        await firewall.ChargeAsync(request);

        await firewall.AssertStandsAtAsync(AliceScope, spent: isCounted ? 20m : 0);
    }

    [Fact]
    public async Task Budgets_that_filter_by_other_dimensions_count_apart()
    {
        var trial = AliceLimit(100m) with { Dimensions = Dimensions(("tier", ["trial"])) };
        var either = AliceLimit(100m) with { Dimensions = Dimensions(("tier", ["trial", "free", "trial"])) };
        var sameIds = AliceLimit(100m) with { Dimensions = Dimensions(("level", ["trial"])) };
        var operation = AliceLimit(100m) with { Operations = ["trial"] };
        var firewall = Filtered(AliceLimit(100m), trial, either, sameIds, operation);

        await firewall.SpendAsync(Call(1m) with { Dimensions = Named(("tier", "trial")) });
        await firewall.SpendAsync(Call(2m) with { Dimensions = Named(("tier", "free")) });

        await firewall.AssertStandsAtAsync(AliceScope, spent: 3m, budgetId: AliceLimit(100m).Id);
        await firewall.AssertStandsAtAsync(AliceScope, spent: 1m, budgetId: trial.Id);
        await firewall.AssertStandsAtAsync(AliceScope, spent: 3m, budgetId: either.Id);
        await firewall.AssertStandsAtAsync(AliceScope, spent: 0m, budgetId: sameIds.Id);
        await firewall.AssertStandsAtAsync(AliceScope, spent: 0m, budgetId: operation.Id);
    }

    [Fact]
    public async Task A_run_time_budget_keeps_its_dimensions_and_its_name()
    {
        var budget = AliceLimit(1m) with { Dimensions = Dimensions(("tier", ["trial", ":{}*,;%"]), ("a;b[", ["c"])), Models = ["gpt"], CountsRequestsWithoutModel = true, Name = "Alice's trial" };
        await Filtered().Budgets.SetAsync(budget);

        var other = Filtered();
        (await other.Budgets.FindAsync(budget.Id)).Should().Be(budget);
        (await other.TrySpendAsync(Call(2m) with { Dimensions = Named(("tier", ":{}*,;%"), ("a;b[", "c")) })).IsAllowed.Should().BeFalse();
        (await other.TrySpendAsync(Call(2m) with { Dimensions = Named(("tier", ":{}*,;%")) })).IsAllowed.Should().BeTrue();
    }

    [Fact]
    public async Task A_hold_of_a_filtered_budget_is_committed_by_its_id()
    {
        var firewall = Filtered(AliceLimit(10m) with { Dimensions = Dimensions(("tier", ["trial"])), Name = "trial users" });
        var reservation = await firewall.ReserveAsync(Call(2m) with { Dimensions = Named(("tier", "trial")) });

        var receipt = await Filtered().CommitAsync(reservation.Id, 9m);

        receipt.Warnings.Should().ContainSingle().Which.Name.Should().Be("trial users");
        await firewall.AssertStandsAtAsync(AliceScope, spent: 9m);
    }

    [Fact]
    public async Task A_rate_limit_filters_by_dimension_too()
    {
        var firewall = Firewall(options => options.RateLimits.Add(Rate(AliceScope, capacity: 1) with { Dimensions = Dimensions(("tier", ["trial"])), Name = "trial calls" }));
        var trial = Call(0m) with { Dimensions = Named(("tier", "trial")) };

        (await firewall.TryCheckAsync(trial)).IsAllowed.Should().BeTrue();
        var denied = await firewall.TryCheckAsync(trial);
        (await firewall.TryCheckAsync(Call(0m))).IsAllowed.Should().BeTrue();

        denied.ToString().Should().Be("Denied: rate limit 'trial calls' for user=alice has 0 of 1.");
        denied.DeniedByRateLimits.Should().ContainSingle().Which.Name.Should().Be("trial calls");
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, true)]
    public async Task A_request_without_a_model_counts_where_the_budget_says_so(bool countsIt, bool isCounted)
    {
        var firewall = Filtered(AliceLimit(10m) with { Models = ["gpt"], CountsRequestsWithoutModel = countsIt });

        (await firewall.TrySpendAsync(Call(20m))).IsAllowed.Should().Be(!isCounted);
        (await firewall.TrySpendAsync(Call(20m) with { Model = "gpt" })).IsAllowed.Should().BeFalse();
        (await firewall.TrySpendAsync(Call(20m) with { Model = "other" })).IsAllowed.Should().BeTrue();
    }

    [Fact]
    public async Task Without_models_it_does_not_matter_whether_requests_without_a_model_count()
    {
        var budget = AliceLimit(10m) with { CountsRequestsWithoutModel = true };
        await Filtered(budget).SpendAsync(Call(1m));

        budget.Id.Should().Be(AliceLimit(10m).Id);
        await Filtered(AliceLimit(10m)).AssertStandsAtAsync(AliceScope, spent: 1m);
    }

    [Fact]
    public async Task A_name_is_shown_and_is_no_part_of_what_is_counted()
    {
        var before = Filtered(AliceLimit(10m));
        await before.SpendAsync(Call(1m));
        var after = Filtered(AliceLimit(10m) with { Name = "Alice's day" });

        var denied = await after.TrySpendAsync(Call(20m));

        denied.ToString().Should().StartWith("Denied: the request costs 20, and budget 'Alice's day' for user=alice has 9 left of 10");
        denied.Budgets.Should().ContainSingle().Which.Should().Match<BudgetState>(state => state.Name == "Alice's day" && state.BudgetId == "user=alice/day");
        denied.Limits.Should().ContainSingle().Which.Name.Should().Be("Alice's day");
        (await after.GetStatusAsync(AliceScope)).Budgets.Should().ContainSingle().Which.Name.Should().Be("Alice's day");
        (await after.ChargeAsync(Call(10m))).Overruns.Should().ContainSingle().Which.Name.Should().Be("Alice's day");
    }

    private static Dictionary<string, IReadOnlyList<string>> Dimensions(params (string Kind, string[] Ids)[] dimensions) =>
        dimensions.ToDictionary(dimension => dimension.Kind, dimension => (IReadOnlyList<string>)dimension.Ids);

    private static Dictionary<string, string> Named(params (string Kind, string? Id)[] dimensions) =>
        dimensions.Where(dimension => dimension.Id is not null).ToDictionary(dimension => dimension.Kind, dimension => dimension.Id!);

    private IBudgetFirewall Filtered(params Budget[] budgets) => Firewall(options =>
    {
        options.Budgets.AddRange(budgets);
        options.Pricing.UnknownModels = UnknownModelPolicy.UseDefaultCost;
    });
}
