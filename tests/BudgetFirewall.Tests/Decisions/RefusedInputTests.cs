using BudgetFirewall.Conformance;

namespace BudgetFirewall.Tests;

/// <summary>What cannot be decided is said in words that name it, and by the operation's id.</summary>
public sealed class RefusedInputTests : StoreTests<MemoryHarness>
{
    [Theory]
    [InlineData("one")]
    [InlineData(null)]
    public async Task A_model_without_a_price_is_refused_with_the_operations_id(string? id)
    {
        var firewall = Firewall(AliceLimit(10m));

        var e = (await FluentActions.Awaiting(async () => await firewall.TrySpendAsync(Call(id: id) with { Model = "never-heard-of", Usage = BudgetUsage.Tokens(1, 1) })).Should().ThrowExactlyAsync<UnknownPriceException>()).Which;

        e.Model.Should().Be("never-heard-of");
        e.OperationId.Should().Be(id ?? e.OperationId);
        e.OperationId.Should().NotBeEmpty();
    }

    [Fact]
    public async Task A_priced_model_without_tokens_is_refused_in_words()
    {
        var firewall = Firewall(options =>
        {
            options.Budgets.Add(AliceLimit(10m));
            options.Pricing.Models["gpt"] = new ModelPrice { Input = 1m, Output = 1m };
        });

        var e = (await FluentActions.Awaiting(async () => await firewall.ReserveAsync(Call() with { Model = "gpt" })).Should().ThrowExactlyAsync<ArgumentException>()).Which;

        e.Message.Should().Be("The price of the model 'gpt' needs Usage with tokens, or the units it is priced by (or give Cost); without it a reserve would be of an unknown amount. (Parameter 'Usage')");
    }

    [Fact]
    public async Task More_limits_than_a_step_can_have_are_refused_in_words()
    {
        var kinds = Enumerable.Range(0, 31).Select(i => $"kind-{i:00}").ToArray();
        var firewall = Firewall(options =>
        {
            options.Budgets.AddRange(kinds.Select(kind => Limit(BudgetScope.Each(kind), 1m)));
            options.RateLimits.AddRange([Rate(AliceScope, capacity: 1), Rate(BudgetScope.Global, capacity: 1)]);
            options.MaxDimensions = kinds.Length;
        });

        var e = (await FluentActions.Awaiting(async () =>
            await firewall.TrySpendAsync(Call(1m) with { Dimensions = kinds.ToDictionary(kind => kind, _ => "one") })).Should().ThrowExactlyAsync<ArgumentException>()).Which;

        e.Message.Should().Be("The request matches 31 budgets and 2 rate limits; at most 32 together are allowed. (Parameter 'request')");
    }

    [Fact]
    public async Task An_id_used_for_something_else_and_a_total_too_large_name_the_operation()
    {
        var firewall = Firewall(options =>
        {
            options.Budgets.Add(AliceLimit(1m) with { Enforcement = Enforcement.Soft });
            options.MaxCost = 9_000_000_000m;
        });
        await firewall.ChargeAsync(Call(9_000_000_000m, id: "one"));

        var conflict = (await FluentActions.Awaiting(async () => await firewall.ChargeAsync(Call(1m, id: "one"))).Should().ThrowExactlyAsync<OperationConflictException>()).Which;
        var overflow = (await FluentActions.Awaiting(async () => await firewall.ChargeAsync(Call(9_000_000_000m, id: "two"))).Should().ThrowExactlyAsync<BudgetOverflowException>()).Which;

        conflict.Message.Should().Be("The operation id 'one' was used before with other content; nothing was changed.");
        (overflow.OperationId, overflow.Message).Should().Be(("two", "A total would pass what the store can count (64 bits); nothing was changed. Reset the budget, or give it a shorter period."));
    }

    [Fact]
    public async Task Bad_input_stays_bad_input_while_the_store_is_away()
    {
        var (firewall, chaos) = Harness.CreateFragileFirewall(options => options.Budgets.Add(AliceLimit(10m)));
        chaos.Strike(StoreCalls.All, StoreFault.NotReached);

        await FluentActions.Awaiting(async () => await firewall.TrySpendAsync(Call(id: "one") with { Model = "never-heard-of", Usage = BudgetUsage.Tokens(1, 1) })).Should().ThrowExactlyAsync<UnknownPriceException>();
    }

    [Fact]
    public void No_request_at_all_is_refused_by_name()
    {
        var firewall = Firewall(AliceLimit(10m));

        FluentActions.Invoking(() => { _ = firewall.TryCheckAsync(null!).AsTask(); }).Should().ThrowExactly<ArgumentNullException>().Which.ParamName.Should().Be("request");
        FluentActions.Invoking(() => { _ = firewall.TryReserveAsync(null!).AsTask(); }).Should().ThrowExactly<ArgumentNullException>().Which.ParamName.Should().Be("request");
        FluentActions.Invoking(() => { _ = firewall.TrySpendAsync(null!).AsTask(); }).Should().ThrowExactly<ArgumentNullException>().Which.ParamName.Should().Be("request");
        FluentActions.Invoking(() => { _ = firewall.ChargeAsync(null!).AsTask(); }).Should().ThrowExactly<ArgumentNullException>().Which.ParamName.Should().Be("request");
    }
}
