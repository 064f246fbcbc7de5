namespace BudgetFirewall.Conformance;

/// <summary>P10: ids are data; each reaches exactly its own scope.</summary>
public abstract class P10StrangersStayOut<THarness> : StoreTests<THarness>
    where THarness : StoreHarness, new()
{
    private static readonly string[] StrangeIds =
    [
        "alice", "Alice", "ALICE", " alice", "alice ", "alic\u0435", "\u00e9", "e\u0301", "\u0131", "i", "\u0130", "K", "\u212a", "ss", "\u00df",
        "*", "?", "[a-z]", "each:user", "global", "user=alice", "=", "a=b", "a:b", "a::b", ":", "{", "}", "{}", "{a}", "{bf:default}:v1:user/day:alice",
        "a{b}c", "a b", "\n", "a\nb", "a\r\nb", "\r\n$5\r\nhello\r\n", "\t", "\0", "a\0b", "a\0", "\"", "'", "\\", "\\x00", "%", "%2F", "a/b", "a;b", "a,b",
        "0", "00", "-1", "1e3", "0x10", "nan", "inf", "null", "\ud83d\ude00", "\ufffd", "\ufeff", "\u200b", "\u202e",
        new('x', 256), new('x', 255), new('{', 256), new('\u00e9', 256), new('\0', 32), new('\0', 33), string.Concat(Enumerable.Repeat("\ud83d\ude00", 128)),
    ];

    // Kept in code, not in attributes: metadata is UTF-8 and cannot hold a lone surrogate.
    private static readonly string[] NoIds = ["", "\ud83d", "a\udc00b", "\ude00\ud83d", new('x', 257)];

    [Fact]
    public async Task Every_strange_user_has_a_budget_of_their_own()
    {
        var firewall = Firewall(Limit(BudgetScope.Each("user"), 1_000m));
        for (var i = 0; i < StrangeIds.Length; i++)
            await firewall.ChargeAsync(Call(i + 1, StrangeIds[i]));

        for (var i = 0; i < StrangeIds.Length; i++)
            await firewall.AssertStandsAtAsync(BudgetScope.User(StrangeIds[i]), spent: i + 1);
    }

    [Fact]
    public async Task Every_strange_operation_id_is_an_operation_of_its_own()
    {
        var firewall = Firewall(AliceLimit(9_000m));
        foreach (var id in StrangeIds)
            (await firewall.ChargeAsync(Call(1m, id: id))).IsReplay.Should().BeFalse();

        foreach (var id in StrangeIds)
            (await firewall.ChargeAsync(Call(1m, id: id))).IsReplay.Should().BeTrue();
        await firewall.AssertStandsAtAsync(AliceScope, spent: StrangeIds.Length);
    }

    [Fact]
    public async Task Every_strange_reservation_is_committed_by_its_id()
    {
        var firewall = Firewall(AliceLimit(9_000m));
        var ids = new List<string>();
        foreach (var id in StrangeIds)
            ids.Add((await firewall.ReserveAsync(Call(1m, id: id))).Id);

        for (var i = 0; i < StrangeIds.Length; i++)
        {
            var receipt = await firewall.CommitAsync(ids[i], i * Nano);
            (receipt.OperationId, receipt.ReservationId).Should().Be((StrangeIds[i], ids[i]));
        }
        await firewall.AssertStandsAtAsync(AliceScope, spent: StrangeIds.Length * (StrangeIds.Length - 1) / 2 * Nano);
    }

    [Fact]
    public async Task Every_strange_provider_project_model_and_dimension_has_a_budget_and_a_bucket_of_its_own()
    {
        string[] kinds = ["provider", "project", "model", "ten:ant", "{kind}", "*"];
        var firewall = Firewall(options =>
        {
            options.Budgets.AddRange(kinds.Select(kind => Limit(BudgetScope.Each(kind), 1_000m)));
            options.RateLimits.AddRange(kinds.Select(kind => Rate(BudgetScope.Each(kind), capacity: 1_000)));
            options.Pricing.UnknownModels = UnknownModelPolicy.UseDefaultCost;
        });
        for (var i = 0; i < StrangeIds.Length; i++)
            await firewall.SpendAsync(OfAll(StrangeIds[i], cost: i + 1) with { Permits = i + 1 });

        foreach (var kind in kinds)
        {
            for (var i = 0; i < StrangeIds.Length; i++)
            {
                var scope = BudgetScope.Of(kind, StrangeIds[i]);
                await firewall.AssertStandsAtAsync(scope, spent: i + 1);
                (await firewall.LevelAsync(scope)).Should().Be(1_000m - i - 1);
            }
        }
    }

    [Fact]
    public async Task Kinds_and_ids_that_run_together_differently_are_different_scopes()
    {
        var firewall = Firewall(Limit(BudgetScope.Each("a"), 100m), Limit(BudgetScope.Each("a:b"), 100m), Limit(BudgetScope.Each("a/day"), 100m));

        await firewall.ChargeAsync(Of("a", "b:c", 1m));
        await firewall.ChargeAsync(Of("a:b", "c", 2m));
        await firewall.ChargeAsync(Of("a/day", "b:c", 4m));

        await firewall.AssertStandsAtAsync(BudgetScope.Of("a", "b:c"), spent: 1m);
        await firewall.AssertStandsAtAsync(BudgetScope.Of("a:b", "c"), spent: 2m);
        await firewall.AssertStandsAtAsync(BudgetScope.Of("a/day", "b:c"), spent: 4m);
        await firewall.AssertStandsAtAsync(BudgetScope.Of("a", "c"), spent: 0);
    }

    [Fact]
    public async Task Random_ids_of_troublesome_characters_never_share_a_budget()
    {
        var firewall = Firewall(Limit(BudgetScope.Each("user"), 9_000_000m));
        var random = new Random(10);
        var ids = Enumerable.Range(0, Harness.Scaled(5_000)).Select(_ => RandomId(random)).Distinct(StringComparer.Ordinal).ToArray();

        await Together.DoAsync(ids.Length, threads: 4, i => firewall.ChargeAsync(Call(i + 1, ids[i])));

        for (var i = 0; i < ids.Length; i++)
            await firewall.AssertStandsAtAsync(BudgetScope.User(ids[i]), spent: i + 1);
    }

    [Fact]
    public async Task A_user_named_star_is_a_user_and_not_every_user()
    {
        var firewall = Firewall(Limit(BudgetScope.User("*"), 1m));

        (await firewall.SpendAsync(Call(5m))).Budgets.Should().BeEmpty();
        (await firewall.TrySpendAsync(Call(5m, "*"))).IsAllowed.Should().BeFalse();
    }

    [Fact]
    public async Task Every_strange_partition_counts_apart_and_its_reservations_are_found_by_id()
    {
        var firewall = Firewall(options =>
        {
            options.Budgets.Add(Limit(BudgetScope.Global, 1_000m));
            options.PartitionBy = "tenant";
        });
        var reservations = new List<BudgetReservation>();
        foreach (var id in StrangeIds)
            reservations.Add(await firewall.ReserveAsync(Of("tenant", id, 1m) with { OperationId = "the same" }));

        reservations.Select(reservation => reservation.Id).Distinct(StringComparer.Ordinal).Count().Should().Be(StrangeIds.Length);
        for (var i = 0; i < StrangeIds.Length; i++)
            await firewall.CommitAsync(reservations[i].Id, i + 1m);
        for (var i = 0; i < StrangeIds.Length; i++)
        {
            var state = await firewall.StateAsync(BudgetScope.Global, partition: StrangeIds[i]);
            (state.Spent, state.Held).Should().Be((i + 1m, 0m));
        }
    }

    [Fact]
    public async Task Partition_and_operation_that_run_together_differently_are_different_reservations()
    {
        var firewall = Firewall(options =>
        {
            options.Budgets.Add(Limit(BudgetScope.Global, 1_000m));
            options.PartitionBy = "tenant";
        });
        (string Tenant, string Operation)[] pairs = [("a", "b:c"), ("a:b", "c"), ("a", "b/c"), ("a/b", "c"), ("1", "2:3"), ("1:2", "3"), ("a%", "3A"), ("a", "%3A")];
        var ids = new List<string>();
        foreach (var (tenant, operation) in pairs)
            ids.Add((await firewall.ReserveAsync(Of("tenant", tenant, 1m) with { OperationId = operation })).Id);

        ids.Distinct(StringComparer.Ordinal).Count().Should().Be(pairs.Length);
        for (var i = 0; i < ids.Count; i++)
            (await firewall.CommitAsync(ids[i], 1m)).OperationId.Should().Be(pairs[i].Operation);
    }

    [Fact]
    public async Task Strange_names_of_budgets_units_and_operations_are_names()
    {
        var firewall = Firewall(options => options.Budgets.AddRange(StrangeIds.Select((id, i) => Limit(BudgetScope.User($"user-{i}"), 10m, unit: id) with { Id = id })));
        for (var i = 0; i < StrangeIds.Length; i++)
            await firewall.ChargeAsync(Call(0m, $"user-{i}") with { Operation = StrangeIds[i], Usage = new() { Units = new Dictionary<string, decimal> { [StrangeIds[i]] = 3m } } });

        for (var i = 0; i < StrangeIds.Length; i++)
        {
            var scope = BudgetScope.User($"user-{i}");
            await firewall.AssertStandsAtAsync(scope, spent: 3m, budgetId: StrangeIds[i]);
            await firewall.Budgets.ResetAsync(StrangeIds[i], scope);
            await firewall.AssertStandsAtAsync(scope, spent: 0, budgetId: StrangeIds[i]);
        }
    }

    [Fact]
    public async Task Runtime_budgets_of_strange_names_and_scopes_are_kept_as_given()
    {
        var firewall = Firewall();
        foreach (var id in StrangeIds)
            await firewall.Budgets.SetAsync(Limit(BudgetScope.User(id), 10m) with { Id = id, Providers = [id], WarnAt = [0.123456m, 99m] });

        var listed = await firewall.Budgets.ListAsync();
        listed.Select(budget => budget.Id).Should().Equal(StrangeIds.Order(StringComparer.Ordinal));
        listed.Should().AllSatisfy(budget => budget.Should().Be(Limit(BudgetScope.User(budget.Id), 10m) with { Id = budget.Id, Providers = [budget.Id], WarnAt = [0.123456m, 99m] }));
        foreach (var id in StrangeIds)
            (await firewall.Budgets.RemoveAsync(id)).Should().BeTrue();
        (await firewall.Budgets.ListAsync()).Should().BeEmpty();
    }

    [Fact]
    public void Empty_ill_formed_or_too_long_ids_are_refused_wherever_an_id_is_given()
    {
        foreach (var id in NoIds)
        {
            FluentActions.Invoking(() => Call() with { Provider = id }).Should().Throw<ArgumentException>();
            FluentActions.Invoking(() => Call() with { Operation = id }).Should().Throw<ArgumentException>();
            FluentActions.Invoking(() => Call() with { UserId = id }).Should().Throw<ArgumentException>();
            FluentActions.Invoking(() => Call() with { ProjectId = id }).Should().Throw<ArgumentException>();
            FluentActions.Invoking(() => Call() with { Model = id }).Should().Throw<ArgumentException>();
            FluentActions.Invoking(() => Call() with { OperationId = id }).Should().Throw<ArgumentException>();
            FluentActions.Invoking(() => Call() with { OperationScope = id }).Should().Throw<ArgumentException>();
            FluentActions.Invoking(() => Of("tenant", id, 1m)).Should().Throw<ArgumentException>();
            FluentActions.Invoking(() => Of(id, "acme", 1m)).Should().Throw<ArgumentException>();
            FluentActions.Invoking(() => BudgetScope.User(id)).Should().Throw<ArgumentException>();
            FluentActions.Invoking(() => BudgetScope.Each(id)).Should().Throw<ArgumentException>();
            FluentActions.Invoking(() => AliceLimit(1m) with { Id = id }).Should().Throw<ArgumentException>();
            FluentActions.Invoking(() => AliceLimit(1m) with { Unit = id }).Should().Throw<ArgumentException>();
            FluentActions.Invoking(() => AliceLimit(1m) with { Providers = [id] }).Should().Throw<ArgumentException>();
            FluentActions.Invoking(() => Rate(AliceScope, capacity: 1) with { Id = id }).Should().Throw<ArgumentException>();
        }
    }

    [Fact]
    public async Task Empty_ill_formed_or_too_long_ids_are_refused_by_every_call_that_takes_one()
    {
        var firewall = Firewall(AliceLimit(1m));
        foreach (var id in NoIds)
        {
            await FluentActions.Awaiting(async () => await firewall.Budgets.RemoveAsync(id)).Should().ThrowAsync<ArgumentException>();
            await FluentActions.Awaiting(async () => await firewall.Budgets.ResetAsync(id, AliceScope)).Should().ThrowAsync<ArgumentException>();
        }
        // A reservation's id consists of up to three ids.
        foreach (var id in NoIds.Where(id => id.Length <= 256).Append(new('x', 800)))
        {
            await FluentActions.Awaiting(async () => await firewall.CommitAsync(id, 1m)).Should().ThrowAsync<ArgumentException>();
            await FluentActions.Awaiting(async () => await firewall.CommitAsync(id, Records(1))).Should().ThrowAsync<ArgumentException>();
            await FluentActions.Awaiting(async () => await firewall.ReleaseAsync(id)).Should().ThrowAsync<ArgumentException>();
            await FluentActions.Awaiting(async () => await firewall.ExtendAsync(id, TimeSpan.FromMinutes(1))).Should().ThrowAsync<ArgumentException>();
        }
    }

    [Theory]
    [InlineData("global")]
    [InlineData("provider")]
    [InlineData("project")]
    [InlineData("user")]
    [InlineData("model")]
    public void A_well_known_kind_in_the_dimensions_is_refused(string kind) => FluentActions.Invoking(() => Of(kind, "any", 1m)).Should().ThrowExactly<ArgumentException>();

    [Fact]
    public async Task A_kind_that_only_looks_well_known_is_a_kind_of_its_own()
    {
        var firewall = Firewall(Limit(BudgetScope.Each("User"), 10m), Limit(BudgetScope.Each("user"), 10m));

        await firewall.ChargeAsync(Of("User", Alice, 1m) with { UserId = null });

        await firewall.AssertStandsAtAsync(BudgetScope.Of("User", Alice), spent: 1m);
        await firewall.AssertStandsAtAsync(AliceScope, spent: 0);
    }

    private static BudgetRequest Of(string kind, string id, decimal cost) =>
        Call(cost) with { Dimensions = new Dictionary<string, string> { [kind] = id } };

    private static BudgetRequest OfAll(string id, decimal cost) => new()
    {
        Provider = id,
        ProjectId = id,
        Model = id,
        Cost = cost,
        Dimensions = new Dictionary<string, string> { ["ten:ant"] = id, ["{kind}"] = id, ["*"] = id },
    };

    private static string RandomId(Random random)
    {
        const string Troublesome = "ab:{}*%/;=\n\0 .é\u212a";
        return string.Create(random.Next(1, 40), random, (span, source) =>
        {
            foreach (ref var c in span)
                c = Troublesome[source.Next(Troublesome.Length)];
        });
    }
}
