using BudgetFirewall.Storage;

namespace BudgetFirewall.Conformance;

/// <summary>Above the limit of an escalating budget a call is refused, and one approval is pending for its counter and period.</summary>
public abstract class ApprovalsAreAskedFor<THarness> : StoreTests<THarness>
    where THarness : StoreHarness, new()
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task A_call_above_the_limit_is_refused_with_a_pending_approval_that_holds_what_was_frozen_then()
    {
        var firewall = Firewall(Escalating(10m) with { Name = "demo" });
        await firewall.SpendAsync(Call(6m));
        await firewall.ReserveAsync(Call(3m));
        var request = Call(1.5m) with { Dimensions = new Dictionary<string, string> { ["team"] = "red" }, Operation = "quote" };

        var decision = await firewall.TrySpendAsync(request);

        (decision.IsAllowed, decision.Outcome, decision.ApprovalIds.Count).Should().Be((false, DecisionOutcome.ApprovalRequired, 1));
        decision.Limits.Should().ContainSingle().Which.Verdict.Should().Be(Verdict.NeedsApproval);
        decision.DeniedByBudgets.Should().ContainSingle();
        AssertWait(new DateTimeOffset(Harness.Now.UtcDateTime.Date.AddDays(1), TimeSpan.Zero) - Harness.Now, decision.RetryAfter);
        decision.Invoking(denied => denied.ThrowIfDenied()).Should().ThrowExactly<ApprovalRequiredException>().Which.ApprovalIds.Should().Equal(decision.ApprovalIds);
        var approval = await firewall.Approvals.FindAsync(decision.ApprovalIds[0]);
        approval.Should().NotBeNull();
        (approval.State, approval.BudgetId, approval.Name, approval.Scope, approval.Limit, approval.Spent, approval.Held, approval.Needed, approval.Allowance)
            .Should().Be((ApprovalState.Pending, "user=alice/day", "demo", AliceScope, 10m, 6m, 3m, 1.5m, 0m));
        approval.Request.Should().Be(request);
        approval.PeriodStart.Should().Be(new DateTimeOffset(Harness.Now.UtcDateTime.Date, TimeSpan.Zero));
        AssertMoment(Harness.Now, approval.RequestedAt);
        approval.ExpiresAt.Should().Be(approval.PeriodStart + TimeSpan.FromDays(1), "the period ends before the lifetime does");
        (approval.Amount, approval.DecidedBy, approval.DecidedAt, approval.Note).Should().Be((null, null, null, null));
    }

    [Fact]
    public async Task However_many_callers_are_refused_one_approval_is_pending()
    {
        var processes = Processes(3, Escalating(1m));
        await processes[0].SpendAsync(Call(1m));

        var decisions = await Together.DoAsync(Harness.Scaled(600), threads: 8, async i => (i % 3) switch
        {
            0 => await processes[i % 3].TrySpendAsync(Call(1m)),
            1 => (await processes[i % 3].TryReserveAsync(Call(Nano))).Decision,
            _ => await processes[i % 3].TryCheckAsync(Call(2m)),
        });

        var id = (await ListedAsync(processes[1])).Should().ContainSingle().Which.Id;
        decisions.Should().OnlyContain(decision => decision.ApprovalIds.Count == 1 && decision.ApprovalIds[0] == id);
    }

    [Fact]
    public async Task Each_counter_and_period_has_an_approval_of_its_own()
    {
        var firewall = Firewall(Escalating(1m) with { Scope = BudgetScope.Each("user") }, Escalating(0m, BudgetPeriod.Hour) with { Scope = SearchScope });

        var both = (await firewall.TrySpendAsync(Call(2m, project: Search))).ApprovalIds;
        var bobs = (await firewall.TrySpendAsync(Call(2m, user: "bob"))).ApprovalIds;
        await Harness.PassAsync(TimeSpan.FromHours(1));
        var later = (await firewall.TrySpendAsync(Call(2m, project: Search))).ApprovalIds;

        both.Should().HaveCount(2).And.OnlyHaveUniqueItems();
        bobs.Should().ContainSingle();
        both.Should().NotContain(bobs[0]);
        later.Should().HaveCount(2).And.Contain(both[1]).And.NotContain(both[0], "an hour later the hourly budget has another counter");
    }

    [Fact]
    public async Task Nothing_is_asked_for_where_another_limit_refuses_beside_it()
    {
        var firewall = Firewall(options =>
        {
            options.Budgets.AddRange(
            [
                Escalating(1m), Limit(SearchScope, 1m),
                Limit(BudgetScope.Project("slow"), 0m) with { Enforcement = Enforcement.Throttle, Throttle = new() { RatePerSecond = 0.001m, QueueLimit = 0 } },
            ]);
            options.RateLimits.Add(Rate(BudgetScope.Project("fast"), capacity: 1));
        });
        await firewall.SpendAsync(Call(0m, project: "slow"));
        await firewall.TrySpendAsync(Call(0.0001m, user: "bob", project: "slow"));

        var hard = await firewall.TrySpendAsync(Call(2m, project: Search));
        var throttled = await firewall.TrySpendAsync(Call(2m, project: "slow") with { MaxWait = TimeSpan.Zero });
        var limited = await firewall.TrySpendAsync(Call(2m, project: "fast") with { Permits = 2 });

        (hard.Outcome, throttled.Outcome, limited.Outcome).Should().Be((DecisionOutcome.BudgetExceeded, DecisionOutcome.ApprovalRequired, DecisionOutcome.ApprovalRequired));
        new[] { hard, throttled, limited }.Should().OnlyContain(decision => decision.ApprovalIds.Count == 0);
        (await ListedAsync(firewall)).Should().BeEmpty();
    }

    [Fact]
    public async Task Explanations_and_charges_ask_for_nothing()
    {
        var firewall = Firewall(options =>
        {
            options.Budgets.Add(Escalating(1m));
            options.RateLimits.Add(Rate(AliceScope, capacity: 1));
        });

        var explanation = await firewall.ExplainAsync(Call(2m));
        var receipt = await firewall.ChargeAsync(Call(2m));
        await firewall.CheckRateLimitsAsync(Call(2m));

        (explanation.Outcome, explanation.Limits[0].Verdict, receipt.Overrun).Should().Be((DecisionOutcome.ApprovalRequired, Verdict.NeedsApproval, 1m));
        (await ListedAsync(firewall)).Should().BeEmpty();
    }

    [Fact]
    public async Task A_refusal_changes_no_budget_and_takes_from_no_rate_limit()
    {
        var firewall = Firewall(options =>
        {
            options.Budgets.AddRange([Escalating(1m), Limit(SearchScope, 100m)]);
            options.RateLimits.Add(Rate(AliceScope, capacity: 9));
        });
        var before = await firewall.GetStatusAsync(Call(project: Search));

        (await firewall.TryReserveAsync(Call(2m, project: Search))).IsGranted.Should().BeFalse();
        (await firewall.TryCheckAsync(Call(2m, project: Search))).IsAllowed.Should().BeFalse();

        var after = await firewall.GetStatusAsync(Call(project: Search));
        after.Budgets.Select(state => state with { AsOf = default }).Should().Equal(before.Budgets.Select(state => state with { AsOf = default }));
        after.RateLimits.Should().Equal(before.RateLimits);
    }

    [Fact]
    public async Task At_most_a_thousand_are_pending_for_a_budget_and_beyond_them_calls_are_refused_without_an_id()
    {
        var firewall = Firewall(Escalating(0m) with { Scope = BudgetScope.Each("user"), Id = "users" }, Escalating(0m) with { Scope = SearchScope });

        var decisions = await Together.DoAsync(AskApprovalCall.MaxPending + 3, threads: 8, i => firewall.TrySpendAsync(Call(1m, user: $"user-{i}")));
        var other = await firewall.TrySpendAsync(Call(1m, user: null, project: Search));

        decisions.Should().OnlyContain(decision => decision.Outcome == DecisionOutcome.ApprovalRequired);
        decisions.Count(decision => decision.ApprovalIds.Count == 0).Should().Be(3);
        other.ApprovalIds.Should().ContainSingle("each budget has a thousand of its own");
        var listed = await ListedAsync(firewall, budgetId: "users");
        listed.Should().HaveCount(AskApprovalCall.MaxPending);
        await firewall.Approvals.CancelAsync(listed[0].Id);
        await Harness.PassAsync(2 * Second);
        (await firewall.TrySpendAsync(Call(1m, user: "late"))).ApprovalIds.Should().ContainSingle();
    }

    [Fact]
    public async Task Where_the_store_does_not_answer_the_question_the_call_is_refused_without_an_id_and_the_trouble_is_told()
    {
        var observer = new RecordingObserver();
        var (firewall, chaos) = Harness.CreateFragileFirewall(options => options.Budgets.Add(Escalating(1m)), observer);
        chaos.Strike(StoreCalls.Approval, StoreFault.NotReached);

        var decision = await firewall.TrySpendAsync(Call(2m));

        (decision.Outcome, decision.ApprovalIds.Count).Should().Be((DecisionOutcome.ApprovalRequired, 0));
        (await Eventually.HoldsAsync(() => observer.Troubles.Any(trouble => trouble.Operation == "approval"))).Should().BeTrue();
        chaos.Heal();
        (await firewall.TrySpendAsync(Call(2m))).ApprovalIds.Should().ContainSingle();
    }

    [Fact]
    public async Task A_process_repeats_a_question_no_more_than_once_a_second()
    {
        ApprovalCounter? store = null;
        var firewall = Harness.CreateFirewallOn(inner => store = new(inner), options => options.Budgets.Add(Escalating(1m)));

        await Together.DoAsync(50, threads: 5, async _ => await firewall.TrySpendAsync(Call(2m)));

        store!.Asked.Should().Be(1);
        await Harness.PassAsync(2 * Second);
        await firewall.TrySpendAsync(Call(2m));
        store.Asked.Should().Be(2);
    }

    [Fact]
    public async Task Usage_and_endless_periods_ask_too()
    {
        var firewall = Firewall(options =>
        {
            options.Budgets.Add(Escalating(5m, BudgetPeriod.None) with { Unit = Record });
            options.Approvals.Lifetime = TimeSpan.FromHours(2);
        });

        var decision = await firewall.TryCheckAsync(Call(0m) with { Usage = Records(6.000001m) });

        var approval = await firewall.Approvals.FindAsync(decision.ApprovalIds[0]);
        (approval!.Unit, approval.Needed, approval.PeriodStart, approval.ExpiresAt - approval.RequestedAt).Should().Be((Record, 6.000001m, null, TimeSpan.FromHours(2)));
    }

    [Fact]
    public async Task Approvals_are_listed_page_by_page_in_the_order_in_which_they_were_asked_for()
    {
        var firewall = Firewall(Escalating(0m) with { Scope = BudgetScope.Each("user") });
        var ids = new List<string>();
        for (var i = 0; i < 7; i++)
        {
            ids.AddRange((await firewall.TrySpendAsync(Call(1m, user: $"u{i}"))).ApprovalIds);
            await Harness.AdvanceAsync(Second);
        }
        await firewall.Approvals.DenyAsync(ids[2]);
        await firewall.Approvals.ApproveAsync(ids[4], 1m);

        var (listed, cursor) = (new List<string>(), (string?)null);
        do
        {
            var page = await firewall.Approvals.ListAsync(3, cursor);
            page.Items.Count.Should().BeLessThanOrEqualTo(3);
            listed.AddRange(page.Items.Select(approval => approval.Id));
            cursor = page.NextCursor;
        }
        while (cursor is not null);

        listed.Should().Equal(ids);
        (await ListedAsync(firewall, ApprovalState.Pending)).Select(approval => approval.Id).Should().Equal(ids.Where((_, i) => i is not 2 and not 4));
        (await ListedAsync(firewall, ApprovalState.Denied)).Should().ContainSingle().Which.Id.Should().Be(ids[2]);
        (await ListedAsync(firewall, budgetId: "none")).Should().BeEmpty();
        await firewall.Awaiting(f => f.Approvals.ListAsync(0, null).AsTask()).Should().ThrowAsync<ArgumentOutOfRangeException>();
        await firewall.Awaiting(f => f.Approvals.ListAsync(1, "page 2").AsTask()).Should().ThrowAsync<ArgumentException>();
    }

    [Fact]
    public async Task A_page_of_one_budgets_approvals_is_read_at_once_among_many_of_another()
    {
        ApprovalCounter? store = null;
        var firewall = Harness.CreateFirewallOn(inner => store = new(inner), options => options.Budgets.AddRange(
            [Escalating(0m) with { Scope = BudgetScope.Each("user"), Id = "users" }, Escalating(0m) with { Scope = SearchScope, Id = "search" }]));
        for (var i = 0; i < 30; i++)
            await firewall.TrySpendAsync(Call(1m, user: $"user-{i}"));
        await Harness.AdvanceAsync(Second);
        var wanted = (await firewall.TrySpendAsync(Call(1m, user: null, project: Search))).ApprovalIds;
        await Harness.AdvanceAsync(Second);
        await firewall.TrySpendAsync(Call(1m, user: "late"));

        var first = await firewall.Approvals.ListAsync(1, null, budgetId: "search");
        var reads = store!.Read;
        var users = await firewall.Approvals.ListAsync(20, null, budgetId: "users");
        var others = await firewall.Approvals.ListAsync(20, users.NextCursor, budgetId: "users");

        first.Items.Select(approval => approval.Id).Should().Equal(wanted);
        (reads, first.NextCursor).Should().Be((1, null));
        (users.Items.Count, others.Items.Count, others.NextCursor).Should().Be((20, 11, null));
        users.Items.Concat(others.Items).Select(approval => approval.Scope.Id).Should().OnlyHaveUniqueItems();
    }

    [Fact]
    public async Task Partitions_ask_apart_and_know_nothing_of_each_other()
    {
        var firewall = Firewall(options =>
        {
            options.PartitionBy = "tenant";
            options.Budgets.Add(Escalating(0m) with { Scope = BudgetScope.Global });
        });
        BudgetRequest Of(string tenant) => Call(1m) with { Dimensions = new Dictionary<string, string> { ["tenant"] = tenant } };

        var first = (await firewall.TrySpendAsync(Of("a}:{b"))).ApprovalIds[0];
        var second = (await firewall.TrySpendAsync(Of("b"))).ApprovalIds[0];

        second.Should().NotBe(first);
        (await firewall.Approvals.FindAsync(first, "b")).Should().BeNull();
        (await firewall.Approvals.FindAsync(first, "a}:{b"))!.Partition.Should().Be("a}:{b");
        await firewall.Awaiting(f => f.Approvals.ApproveAsync(first, 1m, partition: "b").AsTask()).Should().ThrowAsync<ApprovalNotFoundException>();
        (await firewall.TrySpendAsync(Of("b"))).IsAllowed.Should().BeFalse();
        (await firewall.Approvals.ApproveAsync(first, 1m, partition: "a}:{b")).State.Should().Be(ApprovalState.Approved);
        (await firewall.TrySpendAsync(Of("a}:{b"))).IsAllowed.Should().BeTrue();
    }

    private static Budget Escalating(decimal limit, BudgetPeriod? period = null) => AliceLimit(limit, period) with { Enforcement = Enforcement.Escalate };

    private static async Task<List<Approval>> ListedAsync(IBudgetFirewall firewall, ApprovalState? state = null, string? budgetId = null)
    {
        var listed = new List<Approval>();
        await foreach (var approval in firewall.Approvals.ListAsync(state, budgetId))
            listed.Add(approval);
        return listed;
    }
}
