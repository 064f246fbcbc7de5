using BudgetFirewall.Storage;

namespace BudgetFirewall.Conformance;

/// <summary>What a change of the runtime budgets costs depends on the change and not on how many budgets there are, and nobody ever decides by half of it.</summary>
public abstract class ManyRuntimeBudgets<THarness> : StoreTests<THarness>
    where THarness : StoreHarness, new()
{
    // More than any store lists changes of.
    private const int MoreThanAreListed = 11_000;

    private static readonly Budget[] Configured =
    [
        Limit(BudgetScope.Each("user"), 50m),
        Limit(BudgetScope.User("u0"), 51m),
        Limit(BudgetScope.User("u1"), 52m, BudgetPeriod.Month) with { Id = "b1" },
        Limit(BudgetScope.User("u2"), 53m) with { Id = "b2", IsActive = false },
        Limit(BudgetScope.Global, 54m) with { Id = "b3" },
    ];

    [Fact]
    public async Task After_a_change_a_process_reads_that_change_and_no_other_budget()
    {
        var (reader, reads) = Counted();
        var writer = Firewall();
        await SetAsync(writer, 0, 3_000);
        await reader.CheckAsync(CallOf(1));
        reads.Clear();

        await writer.Budgets.SetAsync(LimitOf(7, 2m));
        (await reader.CheckAsync(CallOf(7))).Budgets.Should().ContainSingle().Which.Limit.Should().Be(2m);
        await writer.Budgets.RemoveAsync(LimitOf(8).Id);
        (await reader.CheckAsync(CallOf(8))).Budgets.Should().BeEmpty();

        reads.Entries.Should().Be(2);
    }

    [Fact]
    public async Task Who_sets_a_budget_reads_none()
    {
        await SetAsync(Firewall(), 0, 1_000);
        var (writer, reads) = Counted();
        await writer.CheckAsync(CallOf(1));
        reads.Clear();

        for (var i = 0; i < 20; i++)
            await writer.Budgets.SetAsync(LimitOf(i, 2m));
        (await writer.CheckAsync(CallOf(7))).Budgets.Should().ContainSingle().Which.Limit.Should().Be(2m);

        (reads.Entries, reads.Count).Should().Be((0, 0));
    }

    [Fact]
    public async Task A_new_process_knows_every_budget_at_its_first_decision()
    {
        var count = Harness.Scaled(20_000);
        var writer = Firewall();
        await SetAsync(writer, 0, count);
        await writer.Budgets.RemoveAsync(LimitOf(count / 2).Id);

        var reader = Firewall();

        (await reader.TrySpendAsync(CallOf(count - 1, 3m))).IsAllowed.Should().BeFalse();
        (await reader.TrySpendAsync(CallOf(count / 2, 3m))).IsAllowed.Should().BeTrue();
        (await reader.Budgets.ListAsync()).Count.Should().Be(count - 1);
    }

    [Fact]
    public async Task A_process_that_has_missed_more_changes_than_are_listed_reads_all_budgets_and_knows_which_are_gone()
    {
        var (writer, reader) = (Firewall(), Firewall());
        await writer.Budgets.SetManyAsync([LimitOf(-1), LimitOf(-2)]);
        (await reader.CheckAsync(CallOf(-1))).Budgets.Should().ContainSingle();

        await writer.Budgets.RemoveAsync(LimitOf(-1).Id);
        await SetAsync(writer, 0, MoreThanAreListed);
        for (var i = 0; i < 5; i++)
            await writer.Budgets.RemoveAsync(LimitOf(i).Id);

        (await reader.CheckAsync(CallOf(-1))).Budgets.Should().BeEmpty();
        (await reader.CheckAsync(CallOf(-2))).Budgets.Should().ContainSingle();
        (await reader.Budgets.ListAsync()).Count.Should().Be(MoreThanAreListed + 1 - 5);
    }

    [Fact]
    public async Task A_process_that_has_missed_more_removals_than_are_listed_knows_which_budgets_are_gone()
    {
        var (writer, reader) = (Firewall(), Firewall());
        var count = Harness.Scaled(MoreThanAreListed);
        await SetAsync(writer, 0, count);
        (await reader.CheckAsync(CallOf(1))).Budgets.Should().ContainSingle();

        for (var i = 0; i < count - 1; i++)
            await writer.Budgets.RemoveAsync(LimitOf(i).Id);

        (await reader.CheckAsync(CallOf(1))).Budgets.Should().BeEmpty();
        (await reader.Budgets.ListAsync()).Should().Equal(LimitOf(count - 1));
    }

    [Fact]
    public async Task Budgets_that_change_while_a_process_reads_them_are_known_as_they_are_afterwards()
    {
        var writer = Firewall();
        await SetAsync(writer, 0, 3_000);
        var changed = 0;
        // Between any two parts of a read somebody changes what was read and what was not, adds and removes.
        var reader = Harness.CreateFirewallOn(store => new DisturbedReads(store, async () =>
        {
            if (changed >= 12)
                return;
            var at = changed++;
            await writer.Budgets.SetManyAsync([LimitOf(at * 200, 7m), LimitOf(3_000 + at)]);
            await writer.Budgets.RemoveAsync(LimitOf((at * 200) + 1).Id);
        }), _ => { });

        (await reader.CheckAsync(CallOf(0))).Budgets.Should().ContainSingle().Which.Limit.Should().Be(7m);

        (await reader.Budgets.ListAsync()).Should().Equal(await writer.Budgets.ListAsync());
        (await reader.Budgets.ListAsync()).Should().Equal(await Firewall().Budgets.ListAsync());
    }

    [Fact]
    public async Task What_was_read_before_a_failure_is_not_read_again()
    {
        var count = 3_000;
        await SetAsync(Firewall(), 0, count);
        var (reader, reads) = Counted();
        reads.FailAt = 3;

        var first = await reader.TryCheckAsync(CallOf(0, 3m));
        (await reader.TryCheckAsync(CallOf(0, 3m))).Outcome.Should().Be(DecisionOutcome.BudgetExceeded);

        // A store that gives all in one part has not failed.
        first.Outcome.Should().Be(reads.Count >= 3 ? DecisionOutcome.StoreUnavailable : DecisionOutcome.BudgetExceeded);
        reads.Entries.Should().BeInRange(count, count + 10);
    }

    [Fact]
    public async Task Budgets_that_are_set_together_are_seen_together()
    {
        var (writer, reader) = (Firewall(), Firewall());
        var budgets = Enumerable.Range(0, IBudgetCatalog.MaxSetMany).Select(i => LimitOf(i)).ToArray();

        await writer.Budgets.SetManyAsync(budgets);

        (await reader.Budgets.ListAsync()).Should().Equal(budgets.OrderBy(budget => budget.Id, StringComparer.Ordinal));
        (await reader.TrySpendAsync(CallOf(999, 3m))).IsAllowed.Should().BeFalse();
        (await writer.TrySpendAsync(CallOf(0, 3m))).IsAllowed.Should().BeFalse();
    }

    [Fact]
    public async Task Budgets_of_which_one_cannot_be_set_are_all_left_out()
    {
        var writer = Firewall(AliceLimit(1m));
        await Firewall(AliceLimit(1m)).Budgets.SetAsync(Limit(SearchScope, 1m) with { Id = "theirs" });
        var good = LimitOf(1);

        await AssertRefusedAsync(writer, "budgets[1] is null", good, null!);
        await AssertRefusedAsync(writer, "budgets[1] ('user=u2/day')", good, LimitOf(2, 0.0000000001m));
        await AssertRefusedAsync(writer, "budgets[2] has the same id as budgets[0]: 'user=u1/day'", good, LimitOf(2), LimitOf(1, 5m));
        await AssertRefusedAsync(writer, "budgets[1] ('other') would count what budgets[0] counts", good, good with { Id = "other" });
        await AssertRefusedAsync(writer, "the active budget 'user=alice/day' counts", good, AliceLimit(2m) with { Id = "second" });
        await AssertRefusedAsync(writer, "the active budget 'theirs' counts", good, Limit(SearchScope, 2m) with { Id = "second" });
        await AssertRefusedAsync(writer, "budgets has 1,001 limits; at most 1,000", [.. Enumerable.Range(0, 1_001).Select(i => LimitOf(i))]);
        await writer.Budgets.SetManyAsync([]);

        (await writer.Budgets.ListAsync()).Select(budget => budget.Id).Should().Equal("theirs", AliceLimit(1m).Id);
    }

    [Fact]
    public async Task Two_budgets_set_together_can_change_places()
    {
        var firewall = Firewall();
        await firewall.Budgets.SetManyAsync([AliceLimit(1m) with { Id = "a" }, Limit(SearchScope, 2m) with { Id = "b" }]);

        await firewall.Budgets.SetManyAsync([Limit(SearchScope, 3m) with { Id = "a" }, AliceLimit(4m) with { Id = "b" }]);

        (await firewall.StateAsync(AliceScope)).BudgetId.Should().Be("b");
        (await Firewall().StateAsync(SearchScope)).Limit.Should().Be(3m);
    }

    [Fact]
    public async Task A_conflict_with_a_budget_that_somebody_else_has_removed_is_none()
    {
        var (one, other) = (Firewall(), Firewall());
        await one.Budgets.SetAsync(AliceLimit(1m) with { Id = "first" });
        await other.CheckAsync(Call(0m));
        await one.Budgets.RemoveAsync("first");

        await other.Budgets.SetAsync(AliceLimit(2m) with { Id = "second" });

        (await one.StateAsync(AliceScope)).BudgetId.Should().Be("second");
    }

    [Fact]
    public async Task A_budget_is_added_only_where_none_has_its_id()
    {
        var (one, other) = (Firewall(AliceLimit(1m)), Firewall(AliceLimit(1m)));

        (await one.Budgets.AddAsync(AliceLimit(2m))).Should().BeFalse();
        (await one.Budgets.AddAsync(Limit(SearchScope, 2m) with { IsActive = false })).Should().BeTrue();
        (await other.Budgets.AddAsync(Limit(SearchScope, 3m))).Should().BeFalse();
        await one.Budgets.RemoveAsync(Limit(SearchScope, 2m).Id);
        (await other.Budgets.AddAsync(Limit(SearchScope, 3m))).Should().BeTrue();
        await FluentActions.Awaiting(async () => await other.Budgets.AddAsync(AliceLimit(2m) with { Id = "x" })).Should().ThrowExactlyAsync<ArgumentException>();

        (await one.StateAsync(SearchScope)).Limit.Should().Be(3m);
        (await one.StateAsync(AliceScope)).Limit.Should().Be(1m);
    }

    [Fact]
    public async Task Of_many_who_add_the_same_id_at_the_same_time_one_does()
    {
        var processes = Processes(4);

        var added = await Together.DoAsync(8, threads: 8, i => processes[i % 4].Budgets.AddAsync(AliceLimit(i + 1)));

        added.Count(isAdded => isAdded).Should().Be(1);
        (await processes[0].StateAsync(AliceScope)).Limit.Should().Be(Array.IndexOf(added, true) + 1);
    }

    [Fact]
    public async Task The_list_is_given_page_by_page_and_a_budget_by_its_id()
    {
        var firewall = Firewall(Configured);
        await SetAsync(Firewall(Configured), 10, 25);
        var whole = await firewall.Budgets.ListAsync();

        var paged = new List<Budget>();
        for (string? after = null; ;)
        {
            var page = await firewall.Budgets.ListAsync(7, after);
            paged.AddRange(page);
            if (page.Count < 7)
                break;
            after = page[^1].Id;
        }

        whole.Count.Should().Be(30);
        paged.Should().Equal(whole);
        (await firewall.Budgets.ListAsync(2, "user=u1")).Should().Equal(whole.SkipWhile(budget => string.CompareOrdinal(budget.Id, "user=u1") <= 0).Take(2));
        (await firewall.Budgets.ListAsync(10_000, "~")).Should().BeEmpty();
        (await firewall.Budgets.FindAsync("b2")).Should().Be(Configured[3]);
        (await firewall.Budgets.FindAsync(LimitOf(12).Id)).Should().Be(LimitOf(12));
        (await firewall.Budgets.FindAsync("none")).Should().BeNull();
        await FluentActions.Awaiting(async () => await firewall.Budgets.ListAsync(0, null)).Should().ThrowExactlyAsync<ArgumentOutOfRangeException>();
        await FluentActions.Awaiting(async () => await firewall.Budgets.ListAsync(10_001, null)).Should().ThrowExactlyAsync<ArgumentOutOfRangeException>();
        await FluentActions.Awaiting(async () => await firewall.Budgets.ListAsync(1, "")).Should().ThrowAsync<ArgumentException>();
    }

    [Fact]
    public async Task Whoever_follows_the_changes_one_by_one_enforces_what_a_new_process_does()
    {
        var random = new Random(20261129);
        var (writer, reader) = (Firewall(Configured), Firewall(Configured));
        var steps = Harness.Scaled(400);
        for (var i = 0; i < steps; i++)
        {
            var id = $"b{random.Next(6)}";
            var budget = AnyBudget(random) with { Id = id };
            try
            {
                if (random.Next(4) == 0)
                    await writer.Budgets.RemoveAsync(id);
                else if (random.Next(3) == 0)
                    await writer.Budgets.SetManyAsync([budget, AnyBudget(random) with { Id = $"b{random.Next(6, 9)}" }]);
                else
                    await writer.Budgets.SetAsync(budget);
            }
            catch (ArgumentException)
            {
                // It would count what another one counts.
            }

            var expected = await EnforcedAsync(Harness.CreateFirewall(options => options.Budgets.AddRange(Configured)));
            (await EnforcedAsync(reader)).Should().Be(expected, $"after step {i}");
            (await EnforcedAsync(writer)).Should().Be(expected, $"after step {i}");
        }
    }

    private static Budget AnyBudget(Random random)
    {
        var scope = random.Next(6) switch
        {
            0 => BudgetScope.Each("user"),
            1 => BudgetScope.Global,
            2 => BudgetScope.Of("team", "t"),
            _ => BudgetScope.User($"u{random.Next(3)}"),
        };
        return Limit(scope, random.Next(1, 1_000), random.Next(3) == 0 ? BudgetPeriod.Month : BudgetPeriod.Day, random.Next(6) == 0 ? Record : null) with
        {
            IsActive = random.Next(5) != 0,
            Enforcement = random.Next(6) == 0 ? Enforcement.Shadow : Enforcement.Hard,
            Operations = random.Next(5) == 0 ? ["embed"] : [],
        };
    }

    private static async Task<string> EnforcedAsync(IBudgetFirewall firewall)
    {
        var lines = new List<string>();
        foreach (var user in new[] { "u0", "u1", "u2", "u3" })
        {
            var decision = await firewall.TryCheckAsync(new() { Provider = Provider, UserId = user, Cost = 0m, Dimensions = new Dictionary<string, string> { ["team"] = "t" } });
            lines.Add(Text(user, decision.Budgets));
            lines.AddRange(decision.Limits.Select(limit => $"{limit.Id} {limit.Source} {limit.ReplacedId}"));
        }
        foreach (var scope in new[] { BudgetScope.Global, BudgetScope.User("u0"), BudgetScope.User("u3"), BudgetScope.Of("team", "t") })
            lines.Add(Text(scope.ToString(), (await firewall.GetStatusAsync(scope)).Budgets));
        lines.AddRange((await firewall.Budgets.ListAsync()).Select(budget => $"{budget.Id} {budget.Scope} {budget.Limit} {budget.IsActive}"));
        return string.Join('\n', lines);

        static string Text(string name, IReadOnlyList<BudgetState> states) =>
            $"{name}: {string.Join(", ", states.Select(state => $"{state.BudgetId} {state.Scope} {state.Period} {state.Limit} {state.Enforcement}"))}";
    }

    private static Budget LimitOf(int i, decimal limit = 1m) => Limit(BudgetScope.User($"u{i}"), limit);

    private static BudgetRequest CallOf(int i, decimal cost = 0m) => Call(cost, $"u{i}");

    private static async Task SetAsync(IBudgetFirewall firewall, int first, int count)
    {
        foreach (var part in Enumerable.Range(first, count).Select(i => LimitOf(i)).Chunk(IBudgetCatalog.MaxSetMany))
            await firewall.Budgets.SetManyAsync(part);
    }

    private static async Task AssertRefusedAsync(IBudgetFirewall firewall, string message, params Budget[] budgets) =>
        (await FluentActions.Awaiting(async () => await firewall.Budgets.SetManyAsync(budgets)).Should().ThrowExactlyAsync<ArgumentException>()).Which.Message.Should().Contain(message);

    private (IBudgetFirewall Firewall, CountedReads Reads) Counted()
    {
        CountedReads? reads = null;
        var firewall = Harness.CreateFirewallOn(store => reads = new(store), _ => { });
        return (firewall, reads!);
    }

    /// <summary>Counts the budgets that a process reads.</summary>
    private sealed class CountedReads(IBudgetStore inner) : StoreDecorator(inner)
    {
        public int Entries { get; private set; }

        public int Count { get; private set; }

        public int FailAt { get; set; }

        public void Clear() => (Entries, Count) = (0, 0);

        public override async ValueTask<CatalogChanges> ReadCatalogAsync(string? partition, string knownVersion)
        {
            if (++Count == FailAt)
                throw new BudgetStoreException("The store has failed once.");
            var changes = await base.ReadCatalogAsync(partition, knownVersion);
            Entries += changes.Set.Length + changes.Removed.Length + changes.Unreadable.Length;
            return changes;
        }
    }

    /// <summary>Does something between the parts of a read.</summary>
    private sealed class DisturbedReads(IBudgetStore inner, Func<Task> disturb) : StoreDecorator(inner)
    {
        public override async ValueTask<CatalogChanges> ReadCatalogAsync(string? partition, string knownVersion)
        {
            var changes = await base.ReadCatalogAsync(partition, knownVersion);
            await disturb();
            return changes;
        }
    }
}
