namespace BudgetFirewall.Conformance;

/// <summary>A filtered budget counts the requests that its providers, models and operations let through.</summary>
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

    private IBudgetFirewall Filtered(params Budget[] budgets) => Firewall(options =>
    {
        options.Budgets.AddRange(budgets);
        options.Pricing.UnknownModels = UnknownModelPolicy.UseDefaultCost;
    });
}
