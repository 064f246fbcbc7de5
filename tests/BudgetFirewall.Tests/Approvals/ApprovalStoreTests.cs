using BudgetFirewall.Conformance;
using BudgetFirewall.Storage;

namespace BudgetFirewall.Tests;

/// <summary>Approvals as the memory store keeps them: what it asks for, what it forgets, and when.</summary>
public sealed class ApprovalStoreTests : StoreTests<MemoryHarness>
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly CounterRule Rule = new(AliceLimit(1m) with { Enforcement = Enforcement.Escalate });

    private MemoryBudgetStore Store => Harness.Store;

    [Fact]
    public async Task A_counter_of_another_period_or_with_another_allowance_than_was_refused_by_is_outdated()
    {
        var period = Rule.Family.Calendar.At(Harness.Now);

        (await AskAsync(Counter("a") with { PeriodStart = period.Start.AddDays(-1) })).Should().Be(new AskedApproval(Id: null, IsOutdated: true));
        (await AskAsync(Counter("a") with { Reading = LimitReading.OfBudget(1, 0, allowance: 1) })).Should().Be(new AskedApproval(Id: null, IsOutdated: true));
        var asked = await AskAsync(Counter("a"));
        (asked.Id, asked.Made!.Id, asked.IsOutdated).Should().Be(("a", "a", false));
        (await AskAsync(Counter("b"))).Should().Be(new AskedApproval("a"), "one is pending");
        Store.CountEntries().Approvals.Should().Be(1);
    }

    [Fact]
    public async Task More_than_may_be_counted_is_not_approved_and_is_no_repetition()
    {
        await AskAsync(Counter("a"));
        await Store.GrantAsync(new() { Rule = Rule, ScopeId = Alice, Amount = AllowanceCall.MaxAllowance, OperationId = "full" });

        var answer = await DecideAsync("a", ApprovalState.Approved, amount: 1);

        (answer.Status, answer.IsReplay, answer.Approval!.State).Should().Be((DecideApprovalStatus.OutOfRange, false, ApprovalState.Pending));
        (await DecideAsync("none", ApprovalState.Approved, amount: 1))
            .Should().BeEquivalentTo(new { Status = DecideApprovalStatus.NotFound, IsReplay = false, Approval = (ApprovalRecord?)null });
    }

    [Fact]
    public async Task Approvals_are_forgotten_each_in_its_time()
    {
        await AskAsync(Counter("a"), retention: Hour);
        await AskAsync(Counter("b") with { ScopeId = "bob" }, retention: 3 * Hour);

        await Harness.AdvanceAsync((2 * Hour) - TimeSpan.FromTicks(1));
        await TouchAsync();
        Store.CountEntries().Approvals.Should().Be(2);
        await Harness.AdvanceAsync(TimeSpan.FromMinutes(1));
        await TouchAsync();

        Store.CountEntries().Approvals.Should().Be(1);
        (await FindAsync("b"))!.State.Should().Be(ApprovalState.Expired);
        (await FindAsync("a")).Should().BeNull();
    }

    [Fact]
    public async Task What_has_expired_is_told_and_forgotten_to_the_tick_when_somebody_asks()
    {
        await AskAsync(Counter("a"), retention: Hour);
        await AskAsync(Counter("b") with { ScopeId = "bob" }, lifetime: 3 * Hour);

        await Harness.AdvanceAsync(Hour - TimeSpan.FromTicks(1));
        (await ExpiredAsync()).Should().BeEmpty();
        await Harness.AdvanceAsync(TimeSpan.FromTicks(1));
        (await ExpiredAsync()).Should().Equal("a");
        await Harness.AdvanceAsync(Hour - TimeSpan.FromTicks(1));
        (await ExpiredAsync()).Should().BeEmpty("each is told once");
        Store.CountEntries().Approvals.Should().Be(2);
        await Harness.AdvanceAsync(TimeSpan.FromTicks(1));
        await ExpiredAsync();
        Store.CountEntries().Approvals.Should().Be(1);
        (await FindAsync("b"))!.State.Should().Be(ApprovalState.Pending);

        async Task<IEnumerable<string>> ExpiredAsync() =>
            (await Store.AskApprovalAsync(new() { Request = Call(1m), Counters = [], Lifetime = Hour, Retention = Hour })).Expired.Select(approval => approval.Id);
    }

    [Fact]
    public async Task What_expires_and_is_forgotten_without_anybody_asking_leaves_room_for_others()
    {
        await AskAsync(Counter("a"));
        await Harness.AdvanceAsync(3 * Hour);
        await TouchAsync();
        Store.CountEntries().Approvals.Should().Be(0);

        (await AskAsync(Counter("b"))).Made.Should().NotBeNull();
        (await AskAsync(Counter("c") with { ScopeId = "bob" })).Made.Should().NotBeNull();
    }

    [Fact]
    public async Task A_forgotten_approval_does_not_take_the_pending_one_of_its_counter_with_it()
    {
        await AskAsync(Counter("a"));
        await DecideAsync("a", ApprovalState.Denied, retention: Hour);
        (await AskAsync(Counter("b"), lifetime: 10 * Hour)).Made.Should().NotBeNull();
        await Harness.AdvanceAsync(2 * Hour);
        await TouchAsync();
        (await FindAsync("a")).Should().BeNull();

        (await AskAsync(Counter("c"))).Should().Be(new AskedApproval("b"));
    }

    [Fact]
    public async Task A_counter_whose_approval_was_denied_asks_for_none_until_its_time_is_over()
    {
        await AskAsync(Counter("a"));
        await DecideAsync("a", ApprovalState.Denied, retention: 3 * Hour, askAgainAfter: Hour);

        await Harness.AdvanceAsync(Hour - TimeSpan.FromTicks(1));
        (await AskAsync(Counter("b"))).Should().Be(new AskedApproval(Id: null));
        await Harness.AdvanceAsync(TimeSpan.FromTicks(1));
        (await AskAsync(Counter("b"))).Made.Should().NotBeNull();
    }

    [Fact]
    public async Task A_thousand_approvals_of_a_budget_are_pending_at_most_and_each_that_ends_makes_room_for_one()
    {
        await AskAsync(Counter("first"));
        await DecideAsync("first", ApprovalState.Cancelled);
        for (var i = 0; i < AskApprovalCall.MaxPending; i++)
            (await AskAsync(Counter($"id-{i}") with { ScopeId = $"user-{i}" })).Made.Should().NotBeNull();
        var more = Counter("more") with { ScopeId = "more" };

        (await AskAsync(more)).Should().Be(new AskedApproval(Id: null));
        await DecideAsync("id-0", ApprovalState.Cancelled);
        (await AskAsync(more)).Made.Should().NotBeNull();
        (await AskAsync(Counter("last") with { ScopeId = "last" })).Made.Should().BeNull();
    }

    [Fact]
    public async Task A_call_asks_for_up_to_32_approvals()
    {
        var counters = Enumerable.Range(0, 33).Select(i => Counter($"id-{i}") with { ScopeId = $"user-{i}" }).ToList();
        AskApprovalCall Of(int count) => new() { Request = Call(1m), Counters = [.. counters.Take(count)], Lifetime = Hour, Retention = Hour };

        FluentActions.Invoking(() => { _ = Store.AskApprovalAsync(Of(33)).AsTask(); }).Should().ThrowExactly<ArgumentException>()
            .WithParameterName("call").WithMessage("A call has at most 32 counters, not 33.*");
        Store.CountEntries().Approvals.Should().Be(0);
        (await Store.AskApprovalAsync(Of(32))).Approvals.Should().HaveCount(32).And.OnlyContain(asked => asked.Made != null);
    }

    [Fact]
    public async Task A_page_tells_where_the_next_begins_as_long_as_there_is_more_also_where_its_place_is_forgotten()
    {
        foreach (var id in new[] { "a", "b", "c" })
        {
            await AskAsync(Counter(id) with { ScopeId = id }, retention: id == "a" ? 2 * Hour : Hour);
            await Harness.AdvanceAsync(TimeSpan.FromMinutes(1));
        }
        var first = await ReadAsync(2, after: null);
        first.Approvals.Select(approval => approval.Id).Should().Equal("a", "b");
        (await ReadAsync(3, after: null)).Next.Should().BeNull();
        var second = await ReadAsync(1, first.Next);
        (second.Approvals.Single().Id, second.Next).Should().Be(("c", null));
        await Harness.AdvanceAsync(2 * Hour);
        await TouchAsync();
        (await ReadAsync(9, after: null)).Approvals.Select(approval => approval.Id).Should().Equal("a");

        (await ReadAsync(2, first.Next)).Approvals.Should().BeEmpty("what came after the place is forgotten");

        async Task<ReadApprovalsAnswer> ReadAsync(int count, ApprovalPlace? after) => await Store.ReadApprovalsAsync(new() { Count = count, After = after });
    }

    [Fact]
    public async Task Partitions_without_approvals_are_given_back()
    {
        await AskAsync(Counter("a"), partition: "p");
        Store.CountEntries().Approvals.Should().Be(1);
        await Harness.AdvanceAsync(3 * Hour);
        await TouchAsync();
        Store.CountEntries().Approvals.Should().Be(0);

        (await AskAsync(Counter("b"), partition: "p")).Made.Should().NotBeNull();
        (await Store.ReadApprovalsAsync(new() { Partition = "p", Ids = ["b"] })).Approvals.Should().HaveCount(1);
        (await Store.ReadApprovalsAsync(new() { Partition = "q", Ids = ["b"] })).Approvals.Should().BeEmpty();
    }

    private AskedCounter Counter(string id) => new(Rule, Alice, Rule.Family.Calendar.At(Harness.Now).Start, LimitReading.OfBudget(1, 0), Need: 1, id);

    private async Task<AskedApproval> AskAsync(AskedCounter counter, TimeSpan? lifetime = null, TimeSpan? retention = null, string? partition = null) =>
        (await Store.AskApprovalAsync(new() { Partition = partition, Request = Call(1m), Counters = [counter], Lifetime = lifetime ?? Hour, Retention = retention ?? Hour })).Approvals.Single();

    private async Task<DecideApprovalAnswer> DecideAsync(string id, ApprovalState state, long amount = 0, TimeSpan? retention = null, TimeSpan askAgainAfter = default) => await Store.DecideApprovalAsync(new()
    {
        Approval = await FindAsync(id) ?? Counter(id).AskedAt(Harness.Now, new() { Request = Call(1m), Counters = [], Lifetime = Hour, Retention = Hour }),
        State = state,
        Amount = amount,
        Fingerprint = 1,
        Retention = retention ?? Hour,
        AskAgainAfter = askAgainAfter,
    });

    private async Task<ApprovalRecord?> FindAsync(string id) => (await Store.ReadApprovalsAsync(new() { Ids = [id] })).Approvals.SingleOrDefault();

    private async Task TouchAsync()
    {
        for (var i = 0; i < 3; i++)
            await Store.ReadDocumentAsync(null, "none", null);
    }
}
