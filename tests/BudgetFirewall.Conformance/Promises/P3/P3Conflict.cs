namespace BudgetFirewall.Conformance;

/// <summary>P3: an operation id used again with other content is a conflict, and changes nothing.</summary>
public abstract class P3Conflict<THarness> : StoreTests<THarness>
    where THarness : StoreHarness, new()
{
    private static readonly BudgetRequest First = new()
    {
        Provider = Provider,
        Operation = "quote",
        UserId = Alice,
        ProjectId = Search,
        Model = "gpt",
        Dimensions = new Dictionary<string, string> { ["tenant"] = "acme" },
        Usage = BudgetUsage.Tokens(input: 10, output: 5),
        Cost = 1m,
        Permits = 2,
        OperationId = "one",
        Lease = TimeSpan.FromMinutes(3),
    };

    [Theory]
    [InlineData("provider")]
    [InlineData("operation")]
    [InlineData("user")]
    [InlineData("no user")]
    [InlineData("project")]
    [InlineData("model")]
    [InlineData("dimensions")]
    [InlineData("no dimensions")]
    [InlineData("usage")]
    [InlineData("no usage")]
    [InlineData("cost")]
    [InlineData("no cost")]
    [InlineData("permits")]
    [InlineData("lease")]
    [InlineData("no lease")]
    public async Task The_same_id_with_another_content_is_a_conflict_and_changes_nothing(string field)
    {
        foreach (var kind in Enum.GetValues<OperationKind>())
        {
            var firewall = Firewall(WithEverything);
            var first = First with { OperationId = $"{kind}" };
            await firewall.DoAsync(kind, first);
            var before = await LookAsync(firewall);

            var e = (await FluentActions.Awaiting(async () => await firewall.DoAsync(kind, Changed(first, field))).Should().ThrowExactlyAsync<OperationConflictException>()).Which;

            e.OperationId.Should().Be($"{kind}");
            (await LookAsync(firewall)).Should().Be(before);
        }
    }

    [Theory]
    [InlineData(OperationKind.Reserve, OperationKind.Spend)]
    [InlineData(OperationKind.Reserve, OperationKind.Charge)]
    [InlineData(OperationKind.Spend, OperationKind.Reserve)]
    [InlineData(OperationKind.Spend, OperationKind.Charge)]
    [InlineData(OperationKind.Charge, OperationKind.Reserve)]
    [InlineData(OperationKind.Charge, OperationKind.Spend)]
    public async Task The_same_id_for_another_kind_of_call_is_a_conflict(OperationKind kind, OperationKind other)
    {
        var firewall = Firewall(WithEverything);
        await firewall.DoAsync(kind, First);
        var before = await LookAsync(firewall);

        await FluentActions.Awaiting(async () => await firewall.DoAsync(other, First)).Should().ThrowExactlyAsync<OperationConflictException>();

        (await LookAsync(firewall)).Should().Be(before);
    }

    [Fact]
    public async Task The_order_in_which_dimensions_and_units_were_given_is_not_content()
    {
        var firewall = Firewall(AliceLimit(10m));
        await firewall.SpendAsync(Ordered(["a", "b", "c"]));

        (await firewall.SpendAsync(Ordered(["c", "a", "b"]))).IsReplay.Should().BeTrue();
    }

    [Theory]
    [InlineData("ab", "c", "a", "bc")]
    [InlineData("a", "b", "a\0b", "\0")]
    [InlineData("1:a", "b", "1", "a:b")]
    public async Task Contents_that_run_together_differently_are_different(string user, string project, string otherUser, string otherProject)
    {
        var firewall = Firewall(Limit(BudgetScope.Global, 10m));
        await firewall.ChargeAsync(Call(1m, user, project, id: "one"));

        await FluentActions.Awaiting(async () => await firewall.ChargeAsync(Call(1m, otherUser, otherProject, id: "one"))).Should().ThrowExactlyAsync<OperationConflictException>();
    }

    [Fact]
    public async Task Of_many_contents_that_race_for_one_id_one_wins_and_the_others_conflict()
    {
        var processes = Processes(2, AliceLimit(1_000m));
        for (var round = 0; round < Harness.Scaled(50); round++)
        {
            var outcomes = await Together.DoAsync(16, threads: 16, i => ChargeOrNothingAsync(processes[i % 2], Call(i + 1, id: $"{round}")));

            var winner = outcomes.OfType<ChargeReceipt>().Should().ContainSingle().Which;
            winner.IsReplay.Should().BeFalse();
        }
        (await processes[0].SpentAsync(AliceScope)).Should().BeInRange(Harness.Scaled(50), 16m * Harness.Scaled(50));
    }

    [Fact]
    public async Task A_conflict_is_thrown_by_the_Try_calls_too()
    {
        var firewall = Firewall(AliceLimit(10m));
        await firewall.SpendAsync(Call(1m, id: "one"));
        await firewall.CheckAsync(Call(1m, id: "one"));

        await FluentActions.Awaiting(async () => await firewall.TrySpendAsync(Call(2m, id: "one"))).Should().ThrowExactlyAsync<OperationConflictException>();
        await FluentActions.Awaiting(async () => await firewall.TryReserveAsync(Call(2m, id: "one"))).Should().ThrowExactlyAsync<OperationConflictException>();
        await FluentActions.Awaiting(async () => await firewall.TryCheckAsync(Call(2m, id: "one"))).Should().ThrowExactlyAsync<OperationConflictException>();
    }

    private static async ValueTask<ChargeReceipt?> ChargeOrNothingAsync(IBudgetFirewall firewall, BudgetRequest request)
    {
        try
        {
            return await firewall.ChargeAsync(request);
        }
        catch (OperationConflictException)
        {
            return null;
        }
    }

    private static BudgetRequest Ordered(string[] names) => Call(1m, id: "one") with
    {
        Dimensions = names.ToDictionary(name => name, name => name + "!"),
        Usage = new() { Units = names.ToDictionary(name => name, name => 1m) },
    };

    private static BudgetRequest Changed(BudgetRequest request, string field) => field switch
    {
        "provider" => request with { Provider = "other" },
        "operation" => request with { Operation = "other" },
        "user" => request with { UserId = "bob" },
        "no user" => request with { UserId = null },
        "project" => request with { ProjectId = "other" },
        "model" => request with { Model = "gpt-2" },
        "dimensions" => request with { Dimensions = new Dictionary<string, string> { ["tenant"] = "other" } },
        "no dimensions" => request with { Dimensions = null },
        "usage" => request with { Usage = BudgetUsage.Tokens(input: 10, output: 6) },
        "no usage" => request with { Usage = null },
        "cost" => request with { Cost = 1m + Nano },
        "no cost" => request with { Cost = null },
        "permits" => request with { Permits = 1 },
        "lease" => request with { Lease = TimeSpan.FromMinutes(4) },
        _ => request with { Lease = null },
    };

    private static void WithEverything(BudgetFirewallOptions options)
    {
        options.Budgets.AddRange([Limit(BudgetScope.Global, 100m), Limit(BudgetScope.Each("user"), 100m)]);
        options.RateLimits.Add(Rate(BudgetScope.Global, capacity: 100));
        options.Pricing.Models["gpt"] = new ModelPrice { Input = 0.001m, Output = 0.002m };
        options.Pricing.Models["gpt-2"] = new ModelPrice { Input = 0.001m, Output = 0.002m };
    }

    private static async Task<string> LookAsync(IBudgetFirewall firewall)
    {
        var alice = await firewall.AmountsAsync(AliceScope);
        var bob = await firewall.AmountsAsync(BudgetScope.User("bob"));
        return $"{alice} {bob} {await firewall.AmountsAsync(BudgetScope.Global)} {await firewall.LevelAsync(BudgetScope.Global)}";
    }
}
