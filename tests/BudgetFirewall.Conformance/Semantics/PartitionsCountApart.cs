namespace BudgetFirewall.Conformance;

/// <summary>With partitions every budget and bucket counts apart for each, global and provider included.</summary>
public abstract class PartitionsCountApart<THarness> : StoreTests<THarness>
    where THarness : StoreHarness, new()
{
    [Fact]
    public async Task Global_provider_and_user_budgets_and_buckets_count_apart()
    {
        var firewall = Partitioned();
        await firewall.SpendAsync(Of("acme", 4m) with { Permits = 2 });
        await firewall.SpendAsync(Of("globex", 5m));

        foreach (var scope in new[] { BudgetScope.Global, ProviderScope, AliceScope })
        {
            (await firewall.StateAsync(scope, partition: "acme")).Spent.Should().Be(4m);
            (await firewall.StateAsync(scope, partition: "globex")).Spent.Should().Be(5m);
            (await firewall.StateAsync(scope, partition: "initech")).Spent.Should().Be(0m);
        }
        (await firewall.GetStatusAsync(BudgetScope.Global, "acme")).RateLimits.Should().ContainSingle().Which.Level.Should().Be(8m);
        (await firewall.GetStatusAsync(BudgetScope.Global, "globex")).RateLimits.Should().ContainSingle().Which.Level.Should().Be(9m);
        (await firewall.TrySpendAsync(Of("acme", 7m))).IsAllowed.Should().BeFalse();
        (await firewall.TrySpendAsync(Of("initech", 7m))).IsAllowed.Should().BeTrue();
    }

    [Theory]
    [InlineData(OperationKind.Check)]
    [InlineData(OperationKind.Reserve)]
    [InlineData(OperationKind.Spend)]
    [InlineData(OperationKind.Charge)]
    public async Task A_request_without_the_partitions_dimension_is_refused(OperationKind kind) =>
        await FluentActions.Awaiting(async () => await Partitioned().DoAsync(kind, Call(1m))).Should().ThrowExactlyAsync<ArgumentException>();

    [Fact]
    public async Task A_reservation_id_carries_its_partition_to_other_processes()
    {
        var reserving = Partitioned();
        var committing = Partitioned();
        var acme = await reserving.ReserveAsync(Of("acme", 4m, id: "same"));
        var globex = await reserving.ReserveAsync(Of("globex", 5m, id: "same"));
        var released = await reserving.ReserveAsync(Of("acme", 1m));

        globex.Id.Should().NotBe(acme.Id);
        await committing.ReleaseAsync(released.Id);
        AssertMoment(Harness.Now + TimeSpan.FromHours(1), await committing.ExtendAsync(globex.Id, TimeSpan.FromHours(1)));
        var receipt = await committing.CommitAsync(acme.Id, 3m);

        (receipt.OperationId, receipt.ReservationId).Should().Be(("same", acme.Id));
        (await AmountsAsync(reserving, "acme")).Should().Be((3m, 0m));
        (await AmountsAsync(reserving, "globex")).Should().Be((0m, 5m));
    }

    [Fact]
    public async Task A_receipt_names_its_partition_and_the_time_of_the_first_charge_but_not_that_of_a_replay()
    {
        var firewall = Partitioned();
        var charged = await firewall.ChargeAsync(Of("acme", 1m, id: "one"));
        var chargedAt = Harness.Now;
        var again = await firewall.ChargeAsync(Of("acme", 1m, id: "one"));
        var reservation = await firewall.ReserveAsync(Of("globex", 1m));
        var committed = await reservation.CommitAsync(1m);

        firewall.PartitionBy.Should().Be("tenant");
        AssertMoment(chargedAt, charged.ChargedAt!.Value);
        (charged.Partition, again.Partition, again.IsReplay, again.ChargedAt).Should().Be(("acme", "acme", true, null));
        AssertMoment(Harness.Now, committed.ChargedAt!.Value);
        committed.Partition.Should().Be("globex");
    }

    [Fact]
    public async Task Operation_ids_are_apart_too()
    {
        var firewall = Partitioned();
        await firewall.ChargeAsync(Of("acme", 1m, id: "one"));

        (await firewall.ChargeAsync(Of("globex", 2m, id: "one"))).IsReplay.Should().BeFalse();
        (await firewall.ChargeAsync(Of("acme", 1m, id: "one"))).IsReplay.Should().BeTrue();
    }

    [Fact]
    public async Task Runtime_budgets_and_resets_are_for_one_partition()
    {
        var firewall = Partitioned();
        await firewall.SpendAsync(Of("acme", 4m));
        await firewall.SpendAsync(Of("globex", 4m));
        var budget = Limit(BudgetScope.Global, 50m);

        await firewall.Budgets.SetAsync(budget, "acme");
        await firewall.Budgets.ResetAsync(budget.Id, BudgetScope.Global, "acme");

        (await LimitAndSpentAsync(firewall, "acme")).Should().Be((50m, 0m));
        (await LimitAndSpentAsync(firewall, "globex")).Should().Be((10m, 4m));
        (await firewall.Budgets.ListAsync("acme")).Should().Contain(budget);
        (await firewall.Budgets.ListAsync("globex")).Should().NotContain(budget);
        (await firewall.Budgets.RemoveAsync(budget.Id, "globex")).Should().BeFalse();
        (await firewall.Budgets.RemoveAsync(budget.Id, "acme")).Should().BeTrue();
    }

    [Fact]
    public async Task The_partition_must_be_named_where_there_are_partitions_and_only_there()
    {
        var with = Partitioned();
        var without = Firewall(AliceLimit(1m));

        await FluentActions.Awaiting(async () => await with.GetStatusAsync(AliceScope)).Should().ThrowExactlyAsync<ArgumentException>();
        await FluentActions.Awaiting(async () => await with.Budgets.SetAsync(AliceLimit(1m))).Should().ThrowExactlyAsync<ArgumentException>();
        await FluentActions.Awaiting(async () => await with.Budgets.RemoveAsync("any")).Should().ThrowExactlyAsync<ArgumentException>();
        await FluentActions.Awaiting(async () => await with.Budgets.ListAsync()).Should().ThrowExactlyAsync<ArgumentException>();
        await FluentActions.Awaiting(async () => await with.Budgets.ResetAsync("any", AliceScope)).Should().ThrowExactlyAsync<ArgumentException>();
        await FluentActions.Awaiting(async () => await without.GetStatusAsync(AliceScope, "acme")).Should().ThrowExactlyAsync<ArgumentException>();
        await FluentActions.Awaiting(async () => await without.Budgets.SetAsync(AliceLimit(1m), "acme")).Should().ThrowExactlyAsync<ArgumentException>();
        await FluentActions.Awaiting(async () => await without.Budgets.ListAsync("acme")).Should().ThrowExactlyAsync<ArgumentException>();
    }

    [Fact]
    public async Task A_well_known_kind_may_be_what_partitions()
    {
        var firewall = Firewall(options =>
        {
            options.Budgets.Add(Limit(BudgetScope.Global, 10m));
            options.PartitionBy = "project";
        });
        await firewall.SpendAsync(Call(4m, project: Search));

        (await firewall.StateAsync(BudgetScope.Global, partition: Search)).Spent.Should().Be(4m);
        (await firewall.StateAsync(BudgetScope.Global, partition: "other")).Spent.Should().Be(0m);
        await FluentActions.Awaiting(async () => await firewall.SpendAsync(Call(4m))).Should().ThrowExactlyAsync<ArgumentException>();
    }

    private IBudgetFirewall Partitioned() => Firewall(options =>
    {
        options.Budgets.AddRange([Limit(BudgetScope.Global, 10m), Limit(ProviderScope, 10m), AliceLimit(10m)]);
        options.RateLimits.Add(Rate(BudgetScope.Global, capacity: 10));
        options.PartitionBy = "tenant";
    });

    private static BudgetRequest Of(string tenant, decimal cost, string? id = null) =>
        Call(cost, id: id) with { Dimensions = new Dictionary<string, string> { ["tenant"] = tenant } };

    private static async Task<(decimal, decimal)> AmountsAsync(IBudgetFirewall firewall, string partition)
    {
        var state = await firewall.StateAsync(AliceScope, partition: partition);
        return (state.Spent, state.Held);
    }

    private static async Task<(decimal, decimal)> LimitAndSpentAsync(IBudgetFirewall firewall, string partition)
    {
        var state = await firewall.StateAsync(BudgetScope.Global, partition: partition);
        return (state.Limit, state.Spent);
    }
}
