using System.Globalization;
using BudgetFirewall.Conformance;
using BudgetFirewall.Storage;

namespace BudgetFirewall.Tests;

/// <summary>What the calls of approvals refuse, and what they ask of the store.</summary>
public sealed class ApprovalCallTests : PooledTests<MemoryHarness>
{
    [Fact]
    public async Task Ids_that_cannot_be_are_refused_by_name()
    {
        var approvals = Firewall().Approvals;

        foreach (var (attempt, name) in new (Func<Task> Attempt, string Name)[]
        {
            (async () => await approvals.FindAsync(""), "approvalId"),
            (async () => await approvals.ApproveAsync("", 1m), "approvalId"),
            (async () => await approvals.DenyAsync(""), "approvalId"),
            (async () => await approvals.CancelAsync(""), "approvalId"),
            (async () => await approvals.ListAsync(1, cursor: null, budgetId: ""), "budgetId"),
        })
            await FluentActions.Awaiting(attempt).Should().ThrowExactlyAsync<ArgumentException>().WithParameterName(name);
    }

    [Fact]
    public async Task An_approval_of_a_budget_that_was_removed_meanwhile_is_answered()
    {
        var firewall = Firewall();
        var budget = AliceLimit(1m) with { Enforcement = Enforcement.Escalate };
        await firewall.Budgets.SetAsync(budget);
        var id = (await firewall.TrySpendAsync(Call(2m))).ApprovalIds.Single();
        await firewall.Budgets.RemoveAsync(budget.Id);

        (await firewall.Approvals.ApproveAsync(id, 1m)).State.Should().Be(ApprovalState.Approved);
    }

    [Fact]
    public async Task As_much_is_approved_as_a_limit_may_be()
    {
        var firewall = Firewall(Limit(AliceScope, 1m, unit: Record) with { Enforcement = Enforcement.Escalate });
        var id = (await firewall.TrySpendAsync(Call(0m) with { Usage = Records(2m) })).ApprovalIds.Single();

        await FluentActions.Awaiting(async () => await firewall.Approvals.ApproveAsync(id, 9_000_000_000_000.000001m)).Should().ThrowExactlyAsync<ArgumentOutOfRangeException>().WithParameterName("amount");
        (await firewall.Approvals.ApproveAsync(id, 9_000_000_000_000m)).State.Should().Be(ApprovalState.Approved);
    }

    [Fact]
    public async Task The_cursor_of_the_end_of_time_is_one_and_later_ones_are_none()
    {
        var approvals = Firewall().Approvals;
        string Cursor(long ticks) => ticks.ToString("D19", CultureInfo.InvariantCulture) + "x";

        (await approvals.ListAsync(1, Cursor(DateTime.MaxValue.Ticks))).Items.Should().BeEmpty();
        await FluentActions.Awaiting(async () => await approvals.ListAsync(1, Cursor(DateTime.MaxValue.Ticks + 1))).Should().ThrowExactlyAsync<ArgumentException>().WithMessage("cursor is not the cursor of a page.*");
    }

    [Fact]
    public async Task No_more_approvals_are_read_than_a_page_has()
    {
        ApprovalReads? store = null;
        var firewall = Harness.CreateFirewallOn(inner => store = new(inner), options => options.Budgets.Add(Limit(BudgetScope.Each("user"), 0m) with { Enforcement = Enforcement.Escalate }));
        for (var i = 0; i < 3; i++)
            await firewall.TrySpendAsync(Call(1m, user: $"user-{i}"));

        (await firewall.Approvals.ListAsync(2, cursor: null)).Items.Should().HaveCount(2);

        store!.Counts.Should().Equal(2);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("yes")]
    public async Task What_is_approved_ends_the_refusals_that_this_process_remembers_and_what_is_denied_does_not(string? operationId)
    {
        var firewall = Firewall(options => options.DenialCache = TimeSpan.FromMinutes(1));
        var signature = new ApprovalSignature { OperationId = operationId };
        await firewall.Budgets.SetAsync(AliceLimit(1m) with { Enforcement = Enforcement.Escalate });
        await firewall.Budgets.SetAsync(Limit(SearchScope, 1m) with { Enforcement = Enforcement.Escalate });
        var (approved, denied) = (Call(2m), Call(2m, user: null, project: Search));
        var (first, second) = ((await firewall.TrySpendAsync(approved)).ApprovalIds.Single(), (await firewall.TrySpendAsync(denied)).ApprovalIds.Single());
        await firewall.Budgets.SetAsync(AliceLimit(1m));
        await firewall.Budgets.SetAsync(Limit(SearchScope, 1m));
        foreach (var request in new[] { approved, denied })
        {
            await firewall.TrySpendAsync(request);
            (await firewall.TrySpendAsync(request)).IsFromCache.Should().BeTrue();
        }

        await firewall.Approvals.ApproveAsync(first, 1m, signature);
        await firewall.Approvals.DenyAsync(second, signature);

        (await firewall.TrySpendAsync(approved)).IsAllowed.Should().BeTrue();
        (await firewall.TrySpendAsync(denied)).IsFromCache.Should().BeTrue();
    }

    [Fact]
    public async Task What_is_denied_or_repeated_takes_nothing_out_of_a_pool()
    {
        PoolCalls? store = null;
        var firewall = Harness.CreateFirewallOn(inner => store = new(inner), _ => { });
        QuotaMember[] members = [new() { Scope = Team("a"), Maximum = 10m }, new() { Scope = Team("b"), Maximum = 10m }];
        await firewall.Quotas.AllocateAsync(Pool(30m, "a", "b") with { Members = members, Enforcement = Enforcement.Escalate });
        var (first, second) = ((await firewall.TrySpendAsync(Of("a", 12m))).ApprovalIds.Single(), (await firewall.TrySpendAsync(Of("b", 12m))).ApprovalIds.Single());
        store!.Clear();

        await firewall.Approvals.DenyAsync(first);
        store.Count("write teams").Should().Be(0);

        await firewall.Approvals.ApproveAsync(second, 3m, new ApprovalSignature { OperationId = "yes" });
        store.Count("write teams").Should().Be(1);
        await firewall.Approvals.ApproveAsync(second, 3m, new ApprovalSignature { OperationId = "yes" });
        store.Count("write teams").Should().Be(1);
        (await firewall.Quotas.GetAsync(PoolId))!.Undivided.Should().Be(7m);
    }

    [Fact]
    public async Task A_store_that_cannot_be_reached_is_trouble_that_lets_nothing_through()
    {
        var observer = new RecordingObserver();
        var (firewall, chaos) = Harness.CreateFragileFirewall(_ => { }, observer);
        chaos.Strike(_ => StoreFault.NotReached);

        await FluentActions.Awaiting(async () => await firewall.Approvals.ListAsync(1, cursor: null)).Should().ThrowExactlyAsync<BudgetStoreException>();

        (await Eventually.HoldsAsync(() => !observer.Troubles.IsEmpty)).Should().BeTrue();
        var trouble = observer.Troubles.Should().ContainSingle().Subject;
        (trouble.Operation, trouble.OperationId, trouble.IsDegraded).Should().Be(("approvals", null, false));
    }

    /// <summary>Keeps how many approvals were asked for.</summary>
    private sealed class ApprovalReads(IBudgetStore inner) : StoreDecorator(inner)
    {
        public List<int> Counts { get; } = [];

        public override ValueTask<ReadApprovalsAnswer> ReadApprovalsAsync(ReadApprovalsCall call)
        {
            Counts.Add(call.Count);
            return base.ReadApprovalsAsync(call);
        }
    }
}
