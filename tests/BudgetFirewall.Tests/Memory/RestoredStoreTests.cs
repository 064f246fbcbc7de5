using BudgetFirewall.Conformance;
using BudgetFirewall.Storage;

namespace BudgetFirewall.Tests;

/// <summary>A memory store that takes over what an earlier one has had.</summary>
public sealed class RestoredStoreTests : StoreTests<MemoryHarness>
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly TimeSpan Tick = TimeSpan.FromTicks(1);
    private static readonly CounterRule Rule = new(AliceLimit(10m) with { WarnAt = [0.5m, 0.8m, 0.9m] });

    private MemoryBudgetStore Store => Harness.Store;

    [Fact]
    public void Nothing_instead_of_an_image_is_refused_by_name() =>
        FluentActions.Invoking(() => Store.Restore(null!)).Should().ThrowExactly<ArgumentNullException>().WithParameterName("image");

    [Fact]
    public async Task What_was_spent_and_allowed_is_so_again_and_is_added_to_what_is_there()
    {
        var firewall = Firewall(Rule.Budget);
        await firewall.ChargeAsync(Call(1m));

        Store.Restore(new() { Counters = [Counter(spent: 8_000_000_000, allowance: 2_000_000_000)] });

        var state = await firewall.StateAsync(AliceScope);
        (state.Spent, state.Allowance, state.Remaining).Should().Be((9m, 2m, 3m));
        Store.Restore(new() { Counters = [Counter(spent: 1, allowance: 3)] });
        state = await firewall.StateAsync(AliceScope);
        (state.Spent, state.Allowance).Should().Be((9m + Nano, 2m + (3 * Nano)));
        Store.CountEntries().Counters.Should().Be(1);
    }

    [Fact]
    public async Task A_counter_that_was_restored_fires_the_warnings_that_had_not_fired_and_no_other()
    {
        var firewall = Firewall(Rule.Budget);
        Store.Restore(new() { Counters = [Counter(spent: 8_500_000_000, allowance: 0)] });

        (await firewall.ChargeAsync(Call(0.1m))).Warnings.Should().BeEmpty();
        (await firewall.ChargeAsync(Call(0.4m))).Warnings.Select(warning => warning.Threshold).Should().Equal(0.9m);
    }

    [Fact]
    public void What_would_add_up_to_more_than_is_counted_or_is_below_zero_is_no_image()
    {
        Restoring(Counter(long.MaxValue, 0)).Should().NotThrow();
        Restoring(Counter(1, 0)).Should().ThrowExactly<OverflowException>();
        Restoring(Counter(0, long.MaxValue) with { ScopeId = "bob" }).Should().NotThrow();
        Restoring(Counter(0, 1) with { ScopeId = "bob" }).Should().ThrowExactly<OverflowException>();
        Restoring(Counter(0, -1) with { ScopeId = "dave" }).Should().ThrowExactly<InvalidOperationException>();
        Restoring(Counter(-1, 0) with { ScopeId = "carol" }).Should().ThrowExactly<InvalidOperationException>()
            .WithMessage("A balance is below zero: spent -1, held 0, allowance 0.");
    }

    [Fact]
    public async Task A_counter_that_could_not_be_restored_is_not_locked()
    {
        Store.Restore(new() { Counters = [Counter(long.MaxValue, 0)] });
        Restoring(Counter(1, 0)).Should().ThrowExactly<OverflowException>();

        (await Task.Run(async () => await Firewall(Rule.Budget).SpentAsync(AliceScope)).WaitAsync(TimeSpan.FromMinutes(1))).Should().Be(long.MaxValue / 1_000_000_000m);
    }

    [Fact]
    public async Task An_operation_is_repeated_until_the_time_that_it_is_remembered_and_no_tick_longer()
    {
        var firewall = Firewall(Rule.Budget);
        Store.Restore(new() { Operations = [Operation("one", Harness.Now + Hour), Operation("over", Harness.Now), Operation("nearly", Harness.Now + Tick)] });

        (await firewall.ChargeAsync(Call(3m, id: "nearly"))).IsReplay.Should().BeTrue();
        (await firewall.ChargeAsync(Call(3m, id: "over"))).IsReplay.Should().BeFalse();
        var replay = await firewall.ChargeAsync(Call(3m, id: "one"));
        (replay.IsReplay, replay.Cost).Should().Be((true, 7m));
        await FluentActions.Awaiting(async () => await firewall.TrySpendAsync(Call(3m, id: "one"))).Should().ThrowExactlyAsync<OperationConflictException>();
        await Harness.AdvanceAsync(Hour - Tick);
        (await firewall.ChargeAsync(Call(3m, id: "one"))).IsReplay.Should().BeTrue();
        await Harness.AdvanceAsync(Tick);
        (await firewall.ChargeAsync(Call(3m, id: "one"))).IsReplay.Should().BeFalse();
        await firewall.AssertStandsAtAsync(AliceScope, spent: 6m);
    }

    [Fact]
    public async Task A_change_of_an_allowance_is_repeated_apart_from_operations_of_the_same_id()
    {
        var firewall = Firewall(Rule.Budget);
        Store.Restore(new() { Operations = [Operation("one", Harness.Now + Hour) with { Kind = null, Amount = 5 }] });
        var call = new AllowanceCall { Rule = Rule, ScopeId = Alice, Amount = 5, OperationId = "one", Retention = Hour, Fingerprint = 1 };

        var replay = await Store.GrantAsync(call);

        (replay.Status, replay.IsReplay, replay.Moved, replay.Reading.Allowance).Should().Be((AllowanceStatus.Done, true, 5, 0));
        (await firewall.ChargeAsync(Call(1m, id: "one"))).IsReplay.Should().BeFalse();
        await Harness.AdvanceAsync(Hour);
        (await Store.GrantAsync(call)).Reading.Allowance.Should().Be(5);
    }

    [Fact]
    public async Task Limits_are_in_force_again_each_in_its_partition()
    {
        Store.Restore(new()
        {
            Limits =
            [
                new(null, LimitDefinition.Of(AliceLimit(1m))), new("a", LimitDefinition.Of(AliceLimit(2m))), new("a", LimitDefinition.Of(Rate(AliceScope, 5))), new("b", LimitDefinition.Of(AliceLimit(3m))),
            ],
        });

        (await Firewall().Budgets.ListAsync()).Select(budget => budget.Limit).Should().Equal(1m);
        var firewall = Firewall(options => options.PartitionBy = "tenant");
        (await firewall.Budgets.ListAsync("a")).Select(budget => budget.Limit).Should().Equal(2m);
        (await firewall.RateLimits.ListAsync("a")).Select(limit => limit.Capacity).Should().Equal(5m);
        (await firewall.Budgets.ListAsync("b")).Select(budget => budget.Limit).Should().Equal(3m);
    }

    [Fact]
    public async Task Documents_are_there_again_until_they_end()
    {
        Store.Restore(new() { Documents = [new(null, "kept", "content"u8.ToArray(), null), new("a", "ending", "other"u8.ToArray(), Harness.Now + Hour)] });

        (await Store.ReadDocumentAsync(null, "kept", null))!.Content.ToArray().Should().Equal("content"u8.ToArray());
        (await Store.ReadDocumentAsync("a", "ending", null))!.Content.ToArray().Should().Equal("other"u8.ToArray());
        (await Store.ReadDocumentAsync(null, "ending", null)).Should().BeNull();
        await Harness.AdvanceAsync(Hour);
        (await Store.ReadDocumentAsync("a", "ending", null)).Should().BeNull();
    }

    [Fact]
    public async Task Approvals_are_there_again_and_those_that_are_pending_can_be_answered()
    {
        var firewall = Firewall(Rule.Budget with { Enforcement = Enforcement.Escalate });
        Store.Restore(new()
        {
            Approvals =
            [
                new(null, Approval("pending", Harness.Now + Tick), null), new(null, Approval("denied", Harness.Now + Hour) with { State = ApprovalState.Denied, ScopeId = "bob", Note = "no" }, Harness.Now + Hour),
                new(null, Approval("over", Harness.Now), null),
            ],
        });

        (await firewall.Approvals.ListAsync().ToListAsync()).Select(approval => (approval.Id, approval.State))
            .Should().BeEquivalentTo([("pending", ApprovalState.Pending), ("denied", ApprovalState.Denied)]);
        (await firewall.Approvals.FindAsync("denied"))!.Note.Should().Be("no");
        await firewall.Approvals.ApproveAsync("pending", 5m, "boss");
        (await firewall.StateAsync(AliceScope)).Allowance.Should().Be(5m);
    }

    private Action Restoring(RestoredCounter counter) => () => Store.Restore(new() { Counters = [counter] });

    private RestoredCounter Counter(long spent, long allowance)
    {
        var period = Rule.Family.Calendar.At(Harness.Now);
        return new(null, Rule.Family.Name, Alice, period.Start, period.End, spent, allowance);
    }

    private static RestoredOperation Operation(string id, DateTimeOffset until) => new(null, null, id, DecisionKind.Charge, 7_000_000_000, IsCostUnknown: false, until);

    private ApprovalRecord Approval(string id, DateTimeOffset keptUntil) => new()
    {
        Id = id,
        State = ApprovalState.Pending,
        Rule = new(Rule.Budget with { Enforcement = Enforcement.Escalate }),
        ScopeId = Alice,
        PeriodStart = Rule.Family.Calendar.At(Harness.Now).Start,
        Request = Call(1m),
        RequestedAt = Harness.Now - Hour,
        ExpiresAt = Harness.Now + Hour,
        KeptUntil = keptUntil,
    };
}
