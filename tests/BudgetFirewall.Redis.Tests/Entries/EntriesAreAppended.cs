using System.Collections.Immutable;
using BudgetFirewall.Conformance;
using BudgetFirewall.Storage;

namespace BudgetFirewall.Redis.Tests;

/// <summary>With a ledger, each change of a counter appends an entry in the same step, and nothing else does.</summary>
public abstract class EntriesAreAppended<THarness> : StoreTests<THarness>
    where THarness : StoreHarness, new()
{
    private IStreamedEntries _stream = null!;
    private IBudgetStore _store = null!;

    private IBudgetFirewall Recorded(params Budget[] budgets) => Recorded(options => options.Budgets.AddRange(budgets));

    private IBudgetFirewall Recorded(Action<BudgetFirewallOptions> configure) => Harness.CreateFirewallOn(
        store =>
        {
            _stream = ((IStreamingStore)store).StreamTo(new EntryTexts());
            return _store = store;
        },
        configure);

    [Fact]
    public async Task A_charge_and_a_spend_are_appended_once_with_their_time_and_their_periods()
    {
        var firewall = Recorded(AliceLimit(10m));
        await firewall.ChargeAsync(Call(1m, id: "first"));
        (await firewall.ChargeAsync(Call(1m, id: "first"))).IsReplay.Should().BeTrue();
        await Harness.PassAsync(TimeSpan.FromHours(20));
        await firewall.SpendAsync(Call(2m, id: "second"));
        (await firewall.SpendAsync(Call(2m, id: "second"))).IsReplay.Should().BeTrue();

        var entries = await ReadAsync();

        entries.Select(EntryTexts.Of).Should().Equal("Charge first of 03-04", "Spend second of 03-05");
        AssertMoment(entries[0].Time + TimeSpan.FromHours(20), entries[1].Time);
        AssertMoment(entries[1].Time, Harness.Now);
        entries.Should().AllSatisfy(entry => (entry.IsLate, entry.Moved, entry.Charges.Length).Should().Be((false, 0, 0)));
    }

    [Fact]
    public async Task A_commit_is_appended_once_and_says_whether_it_was_late_and_what_went_above_its_limit()
    {
        var firewall = Recorded(AliceLimit(10m));
        await using var inTime = await firewall.ReserveAsync(Call(1m, id: "in time"));
        await using var late = await firewall.ReserveAsync(Call(1m, id: "late") with { Lease = TimeSpan.FromSeconds(30) });
        await inTime.CommitAsync(2m);
        await inTime.CommitAsync(2m);
        await Harness.PassAsync(TimeSpan.FromMinutes(1));
        await late.CommitAsync(9m);

        var entries = await ReadAsync();

        entries.Select(EntryTexts.Of).Should().Equal("Commit in time of 2000000000", "Commit late of 9000000000");
        entries.Select(entry => entry.IsLate).Should().Equal(false, true);
        entries[0].Charges.Should().BeEmpty();
        entries[1].Charges.Should().Equal(new StreamedCharge(0, 11_000_000_000, 0));
    }

    [Fact]
    public async Task What_changes_no_counter_appends_nothing()
    {
        var firewall = Recorded(AliceLimit(10m));
        await firewall.CheckAsync(Call(1m));
        await (await firewall.ReserveAsync(Call(1m))).ReleaseAsync();
        (await firewall.TrySpendAsync(Call(11m))).IsAllowed.Should().BeFalse();
        var budget = (await firewall.Budgets.ListAsync())[0].Id;
        await firewall.Budgets.ResetAsync(budget, AliceScope);
        await firewall.Budgets.RevokeAsync(new() { BudgetId = budget, Scope = AliceScope, Amount = 1m, Reason = "none" });
        await firewall.ChargeAsync(Call(1m, id: "one"));
        await FluentActions.Awaiting(() => firewall.ChargeAsync(Call(2m, id: "one")).AsTask()).Should().ThrowAsync<OperationConflictException>();

        (await ReadAsync()).Select(EntryTexts.Of).Should().Equal("Charge one of 03-04");
    }

    [Fact]
    public async Task A_charge_that_meets_no_budget_is_appended_too()
    {
        var firewall = Recorded();
        await firewall.ChargeAsync(Call(1m, id: "free of limits"));

        (await ReadAsync()).Select(EntryTexts.Of).Should().Equal("Charge free of limits of ");
    }

    [Fact]
    public async Task An_allowance_is_appended_with_what_was_really_moved_and_a_reset_with_what_was_spent()
    {
        var firewall = Recorded(AliceLimit(10m, BudgetPeriod.Month));
        var budget = (await firewall.Budgets.ListAsync())[0].Id;
        var allowance = new BudgetAllowance { BudgetId = budget, Scope = AliceScope, Amount = 5m, Reason = "demo", OperationId = "given" };
        await firewall.Budgets.GrantAsync(allowance);
        (await firewall.Budgets.GrantAsync(allowance)).IsReplay.Should().BeTrue();
        await firewall.ChargeAsync(Call(12m + Nano, id: "spent"));
        await firewall.Budgets.RevokeAsync(allowance with { OperationId = "taken back" });
        await firewall.Budgets.ResetAsync(budget, AliceScope);

        (await ReadAsync()).Select(entry => (EntryTexts.Of(entry), entry.Moved)).Should().Equal(
            ("Grant given of 03-01", 5_000_000_000), ("Charge spent of 03-01", 0), ("Revoke taken back of 03-01", 2_999_999_999), ("Reset  alice of 03-01", 12_000_000_001));
    }

    [Fact]
    public async Task A_correction_is_appended_once_with_what_was_really_taken_from_each_counter_and_its_first_time()
    {
        var endless = Limit(SearchScope, 10m, BudgetPeriod.None);
        var firewall = Recorded(AliceLimit(10m), endless);
        await firewall.ChargeAsync(Call(5m, project: Search));
        await firewall.Budgets.ResetAsync(endless.Id, SearchScope);
        await ReadAsync();
        CorrectionCall call = new()
        {
            CorrectionId = "back", Counters = [CounterOf(AliceLimit(10m), Alice), CounterOf(endless, Search), CounterOf(AliceLimit(10m), "bob")], AmountNanos = 2_000_000_001, Retention = TimeSpan.FromHours(1), NotAfter = Harness.Now.AddMinutes(30), Fingerprint = 1,
        };
        var answer = await _store.CorrectAsync(call);
        await Harness.PassAsync(TimeSpan.FromMinutes(1));
        (await _store.CorrectAsync(call)).IsReplay.Should().BeTrue();

        var entry = (await ReadAsync()).Should().ContainSingle().Which;

        (EntryTexts.Of(entry), entry.Time, entry.Moved).Should().Be(("Correction back of 2000000001", answer.DoneAt, 0));
        entry.Taken.Should().Equal(2_000_000_001, 0, 0);
    }

    [Fact]
    public async Task What_is_approved_is_appended_once_and_what_is_not_is_not()
    {
        var firewall = Recorded(AliceLimit(1m) with { Enforcement = Enforcement.Escalate }, Limit(SearchScope, 1m) with { Enforcement = Enforcement.Escalate });
        var approved = (await firewall.TrySpendAsync(Call(2m))).ApprovalIds.Single();
        var denied = (await firewall.TrySpendAsync(Call(2m, user: null, project: Search))).ApprovalIds.Single();
        await firewall.Approvals.ApproveAsync(approved, 3m, new ApprovalSignature { By = "bob", OperationId = "yes" });
        await firewall.Approvals.ApproveAsync(approved, 3m, new ApprovalSignature { By = "bob", OperationId = "yes" });
        await firewall.Approvals.DenyAsync(denied, new() { By = "bob" });

        (await ReadAsync()).Select(entry => (EntryTexts.Of(entry), entry.Moved)).Should().Equal(("Approved by bob", 3_000_000_000));
    }

    [Fact]
    public async Task What_is_told_with_a_document_is_appended_if_it_is_written_and_only_then()
    {
        var firewall = Recorded(AliceLimit(10m));
        await firewall.CheckAsync(Call(1m));
        ImmutableArray<LimitChange> told = [new(LimitChangeKind.PoolPeriod, "teams", null) { After = "a" }, new(LimitChangeKind.PoolPeriod, "teams", null) { Part = 1, After = "b" }];

        var version = await _store.WriteDocumentAsync(null, "one", "", "content"u8.ToArray(), null, told);
        (await _store.WriteDocumentAsync(null, "one", "", "other"u8.ToArray(), null, told)).Should().BeNull();
        var next = await _store.WriteDocumentAsync(null, "one", version!, "other"u8.ToArray(), null);
        (await _store.WriteDocumentAsync(null, "one", next!, null, null, [told[0] with { Kind = LimitChangeKind.PoolReallocation }])).Should().BeEmpty();

        var entries = await ReadAsync();
        entries.Select(EntryTexts.Of).Should().Equal("PoolPeriod teams 0: a", "PoolPeriod teams 1: b", "PoolReallocation teams 0: a");
        entries.Should().AllSatisfy(entry => (entry.Moved, entry.Charges.Length, entry.Taken.Length).Should().Be((0, 0, 0)));
        AssertMoment(entries[0].Time, Harness.Now);
        (await _store.ReadDocumentAsync(null, "one", null)).Should().BeNull();
    }

    [Fact]
    public async Task What_is_told_with_limits_is_appended_if_they_are_set_or_removed_and_only_then()
    {
        var firewall = Recorded(AliceLimit(10m));
        await firewall.CheckAsync(Call(1m));
        ImmutableArray<LimitDefinition> limits = [LimitDefinition.Of(AliceLimit(5m) with { Id = "a" }), LimitDefinition.Of(Limit(SearchScope, 5m) with { Id = "b" })];
        ImmutableArray<LimitChange> told = [new(LimitChangeKind.Budget, "a", null) { After = "5" }, new(LimitChangeKind.Budget, "b", null) { After = "5" }];

        var version = await _store.SetLimitsAsync(null, "", limits, told);
        (await _store.SetLimitsAsync(null, "", limits, told)).Should().BeNull();
        var next = await _store.SetLimitsAsync(null, version!, limits);
        (await _store.RemoveLimitsAsync(null, next!, [new(LimitKind.Budget, "c")], told)).Should().Be(next);
        (await _store.RemoveLimitsAsync(null, version!, [limits[0].Key], told)).Should().BeNull();
        (await _store.RemoveLimitsAsync(null, next!, [limits[0].Key], [told[0] with { After = null }])).Should().NotBe(next);

        (await ReadAsync()).Select(EntryTexts.Of).Should().Equal("Budget a 0: 5", "Budget b 0: 5", "Budget a 0: ");
    }

    [Fact]
    public async Task Each_partition_has_entries_of_its_own_and_is_known_before_the_first()
    {
        var firewall = Recorded(options =>
        {
            options.PartitionBy = "tenant";
            options.Budgets.Add(AliceLimit(10m));
        });
        foreach (var tenant in new[] { "acme", "default", "%ledger" })
            await firewall.CheckAsync(Call(1m) with { Dimensions = new Dictionary<string, string> { ["tenant"] = tenant } });
        (await PartitionsAsync()).Should().Equal("%ledger", "acme", "default");

        await firewall.ChargeAsync(Call(1m, id: "a") with { Dimensions = new Dictionary<string, string> { ["tenant"] = "acme" } });

        (await ReadAsync("acme")).Select(EntryTexts.Of).Should().Equal("Charge a of 03-04");
        (await ReadAsync("default")).Should().BeEmpty();
    }

    [Fact]
    public async Task An_entry_is_its_readers_until_it_is_removed_or_taken_over()
    {
        var firewall = Recorded(AliceLimit(10m));
        for (var i = 0; i < 5; i++)
            await firewall.ChargeAsync(Call(1m, id: $"{i}"));
        var first = await _stream.ReadAsync(null, "one", 2, isAgain: false);
        var second = await _stream.ReadAsync(null, "two", 10, isAgain: false);
        (await _stream.ReadAsync(null, "two", 10, isAgain: false)).Should().BeEmpty();
        (await _stream.ReadAsync(null, "one", 10, isAgain: true)).Select(entry => entry.Id).Should().Equal(first.Select(entry => entry.Id));
        var count = await _stream.CountAsync(null);
        (count.Waiting, count.SetAside, count.FirstId, count.LastId).Should().Be((5, 0, first[0].Id, second[^1].Id));

        await _stream.RemoveAsync(null, [.. first.Select(entry => entry.Id), first[0].Id]);
        (await _stream.TakeOverAsync(null, "three", 10, TimeSpan.FromHours(1))).Should().BeEmpty();
        var taken = await _stream.TakeOverAsync(null, "three", 10, TimeSpan.Zero);

        taken.Select(EntryTexts.Of).Should().Equal(second.Select(EntryTexts.Of)).And.HaveCount(3);
        (await _stream.ReadAsync(null, "two", 10, isAgain: true)).Should().BeEmpty();
        count = await _stream.CountAsync(null);
        (count.Waiting, count.IsBehind(first[^1].Id), count.IsBehind(second[0].Id)).Should().Be((3, true, false));
        await _stream.SetAsideAsync(null, taken[0]);
        await _stream.SetAsideAsync(null, taken[0]);
        await _stream.RemoveAsync(null, [.. taken.Select(entry => entry.Id)]);
        (await _stream.CountAsync(null)).Should().Be(new StreamedCount(0, 1, null, null));
        (await _stream.ReadAsync(null, "three", 10, isAgain: true)).Should().BeEmpty();
    }

    [Fact]
    public async Task A_counter_is_kept_an_hour_longer()
    {
        var firewall = Recorded(AliceLimit(10m), Limit(SearchScope, 10m, BudgetPeriod.None));
        await firewall.ChargeAsync(Call(1m, project: Search));
        await using var reservation = await firewall.ReserveAsync(Call(1m, project: Search));
        var rule = new CounterRule(AliceLimit(10m));
        var start = rule.Family.Calendar.At(Harness.Now).Start;
        await using var store = Harness.CreateStore();

        await Harness.MoveToAsync(new DateTimeOffset(start.AddDays(1).AddHours(1), TimeSpan.Zero) - TimeSpan.FromSeconds(1));
        (await store.ReadCountersAsync(null, [new(rule, Alice, start)])).Readings[0]!.Value.Spent.Should().Be(1_000_000_000);
        await Harness.MoveToAsync(new DateTimeOffset(start.AddDays(1).AddHours(1), TimeSpan.Zero) + TimeSpan.FromSeconds(1));
        (await store.ReadCountersAsync(null, [new(rule, Alice, start)])).Readings[0].Should().BeNull();
    }

    private CorrectedCounter CounterOf(Budget budget, string scopeId)
    {
        var rule = new CounterRule(budget);
        return new(rule.Family.Name, BudgetScope.Of(rule.ScopeKind, scopeId), rule.Unit, rule.Family.Calendar.At(Harness.Now).Start, 2_000_000_001);
    }

    private async Task<List<StreamedEntry>> ReadAsync(string? partition = null) => [.. await _stream.ReadAsync(partition, "reader", 1_000, isAgain: false)];

    private async Task<List<string?>> PartitionsAsync()
    {
        var partitions = new List<string?>();
        await foreach (var partition in _stream.ReadPartitionsAsync())
            partitions.Add(partition);
        partitions.Sort(StringComparer.Ordinal);
        return partitions;
    }
}

public sealed class EntriesAreAppendedInRedis : EntriesAreAppended<RedisHarness>;

public sealed class EntriesAreAppendedInACluster : EntriesAreAppended<ClusterHarness>;
