using BudgetFirewall.Storage;

namespace BudgetFirewall.Conformance;

/// <summary>A call may wait for the answer to its approval. It holds nothing meanwhile, and is decided anew when there is one.</summary>
public abstract class ApprovalsAreWaitedFor<THarness> : StoreTests<THarness>
    where THarness : StoreHarness, new()
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly List<ApprovalCounter> _stores = [];

    [Theory]
    [InlineData(DecisionKind.Reserve)]
    [InlineData(DecisionKind.Spend)]
    [InlineData(DecisionKind.Check)]
    public async Task A_call_that_waits_is_admitted_when_another_process_approves(DecisionKind kind)
    {
        var (waiting, deciding) = (Watched(), Firewall(Escalating(1m)));
        var call = await StartAsync(waiting, kind, Call(3m) with { ApprovalWait = TimeSpan.FromMinutes(1) });
        (await waiting.GetStatusAsync(AliceScope)).Budgets[0].Held.Should().Be(0m, "nothing is held while a call waits");
        call.IsCompleted.Should().BeFalse();

        await deciding.Approvals.ApproveAsync(await PendingAsync(deciding), 2m, by: "bob");

        var decision = await FinishAsync(call);
        (decision.IsAllowed, decision.ApprovalIds.Count).Should().Be((true, 0));
        var state = (await waiting.GetStatusAsync(AliceScope)).Budgets[0];
        (state.Spent, state.Held).Should().Be((kind == DecisionKind.Spend ? 3m : 0m, kind == DecisionKind.Reserve ? 3m : 0m));
    }

    [Fact]
    public async Task An_answer_of_the_same_process_is_heard_at_once()
    {
        var firewall = Watched();
        var call = await StartAsync(firewall, DecisionKind.Spend, Call(3m) with { ApprovalWait = TimeSpan.FromMinutes(1) });

        await firewall.Approvals.ApproveAsync(await PendingAsync(firewall), 2m);

        (await call.WaitAsync(TimeSpan.FromMinutes(1))).IsAllowed.Should().BeTrue();
    }

    [Fact]
    public async Task A_denial_ends_the_waiting_at_once()
    {
        var (waiting, deciding) = (Watched(), Firewall(Escalating(1m)));
        var call = await StartAsync(waiting, DecisionKind.Reserve, Call(3m) with { ApprovalWait = TimeSpan.FromHours(1) });

        await deciding.Approvals.DenyAsync(await PendingAsync(deciding));

        var decision = await FinishAsync(call);
        (decision.Outcome, decision.ApprovalIds.Count).Should().Be((DecisionOutcome.ApprovalRequired, 0));
    }

    [Fact]
    public async Task Without_an_answer_the_call_is_refused_when_its_time_is_over_and_the_approval_stays()
    {
        var firewall = Watched();
        var call = await StartAsync(firewall, DecisionKind.Spend, Call(3m) with { ApprovalWait = 5 * Second });

        var decision = await FinishAsync(call);

        (decision.Outcome, decision.ApprovalIds.Count).Should().Be((DecisionOutcome.ApprovalRequired, 1));
        decision.ApprovalIds[0].Should().Be(await PendingAsync(firewall));
    }

    [Fact]
    public async Task Too_little_is_approved_and_the_call_asks_again_and_waits_on()
    {
        var (waiting, deciding) = (Watched(), Firewall(Escalating(1m)));
        var call = await StartAsync(waiting, DecisionKind.Spend, Call(3m) with { ApprovalWait = TimeSpan.FromHours(1) });
        var first = await PendingAsync(deciding);

        await deciding.Approvals.ApproveAsync(first, 1m);
        (await UntilAsync(async () => (await ListedAsync(deciding, ApprovalState.Pending)).Count == 1)).Should().BeTrue();
        var second = await PendingAsync(deciding);
        await deciding.Approvals.ApproveAsync(second, 1m);

        second.Should().NotBe(first);
        (await FinishAsync(call)).IsAllowed.Should().BeTrue();
        (await waiting.TrySpendAsync(Call(Nano))).IsAllowed.Should().BeFalse();
    }

    [Fact]
    public async Task A_cancelled_approval_is_decided_anew_once_and_not_waited_for_again()
    {
        var (waiting, deciding) = (Watched(), Firewall(Escalating(1m)));
        var call = await StartAsync(waiting, DecisionKind.Spend, Call(3m) with { ApprovalWait = TimeSpan.FromHours(1) });
        var first = await PendingAsync(deciding);

        await deciding.Approvals.CancelAsync(first);

        var decision = await FinishAsync(call);
        decision.ApprovalIds.Should().ContainSingle().Which.Should().NotBe(first);
    }

    [Fact]
    public async Task A_new_period_has_room_for_a_call_that_waits()
    {
        var firewall = Watched(BudgetPeriod.Hour);
        await firewall.SpendAsync(Call(1m));
        var call = await StartAsync(firewall, DecisionKind.Spend, Call(1m) with { ApprovalWait = TimeSpan.FromHours(2) });

        await Harness.PassAsync(TimeSpan.FromHours(1));

        (await FinishAsync(call)).IsAllowed.Should().BeTrue();
    }

    [Fact]
    public async Task Who_cancels_waits_no_longer_and_holds_nothing()
    {
        var firewall = Watched();
        using var cancellation = new CancellationTokenSource();
        var call = await StartAsync(firewall, DecisionKind.Reserve, Call(3m) with { ApprovalWait = TimeSpan.FromHours(1) }, cancellation.Token);

        await cancellation.CancelAsync();

        await FluentActions.Awaiting(() => call.WaitAsync(TimeSpan.FromMinutes(1))).Should().ThrowAsync<OperationCanceledException>();
        await firewall.Approvals.ApproveAsync(await PendingAsync(firewall), 2m);
        (await firewall.GetStatusAsync(AliceScope)).Budgets[0].Held.Should().Be(0m);
    }

    [Fact]
    public async Task Many_who_wait_read_the_store_once_a_second_together()
    {
        var (waiting, deciding) = (Watched(), Firewall(Escalating(1m)));
        var calls = new List<Task<BudgetDecision>>();
        for (var i = 0; i < 40; i++)
            calls.Add(waiting.TrySpendAsync(Call(2m) with { ApprovalWait = TimeSpan.FromHours(1) }).AsTask());
        (await Eventually.HoldsAsync(() => _stores[0].Asked > 0)).Should().BeTrue();
        await Task.Delay(50);

        for (var i = 0; i < 10; i++)
        {
            await Harness.PassAsync(Second);
            await Task.Delay(20);
        }

        _stores[0].Read.Should().BeLessThanOrEqualTo(11);
        (await UntilAsync(() => ValueTask.FromResult(_stores[0].Read > 0))).Should().BeTrue();
        await deciding.Approvals.ApproveAsync(await PendingAsync(deciding), 79m);
        (await FinishAsync(Task.WhenAll(calls))).Should().OnlyContain(decision => decision.IsAllowed);
    }

    [Fact]
    public async Task By_default_nothing_waits_and_the_option_says_otherwise()
    {
        var atOnce = await Firewall(Escalating(1m)).TrySpendAsync(Call(3m));
        var firewall = Harness.CreateFirewallOn(Counting, options =>
        {
            options.Budgets.Add(Escalating(1m));
            options.Approvals.Wait = TimeSpan.FromMinutes(5);
        });

        var waits = await StartAsync(firewall, DecisionKind.Spend, Call(3m));
        var waitsNot = await firewall.TrySpendAsync(Call(3m) with { ApprovalWait = TimeSpan.Zero });

        (atOnce.Outcome, waitsNot.Outcome, waits.IsCompleted).Should().Be((DecisionOutcome.ApprovalRequired, DecisionOutcome.ApprovalRequired, false));
        await firewall.Approvals.ApproveAsync(await PendingAsync(firewall), 2m);
        (await FinishAsync(waits)).IsAllowed.Should().BeTrue();
    }

    [Fact]
    public async Task The_same_operation_is_replayed_whatever_it_has_waited()
    {
        var (waiting, deciding) = (Watched(), Firewall(Escalating(1m)));
        var request = Call(3m, id: "op-1") with { ApprovalWait = TimeSpan.FromMinutes(1) };
        var call = await StartAsync(waiting, DecisionKind.Spend, request);
        await deciding.Approvals.ApproveAsync(await PendingAsync(deciding), 2m);
        await FinishAsync(call);

        var again = await deciding.SpendAsync(request with { ApprovalWait = null });

        again.IsReplay.Should().BeTrue();
        (await deciding.GetStatusAsync(AliceScope)).Budgets[0].Spent.Should().Be(3m);
    }

    private static Budget Escalating(decimal limit, BudgetPeriod? period = null) => AliceLimit(limit, period) with { Enforcement = Enforcement.Escalate };

    private IBudgetFirewall Watched(BudgetPeriod? period = null) => Harness.CreateFirewallOn(Counting, options => options.Budgets.Add(Escalating(1m, period)));

    private ApprovalCounter Counting(IBudgetStore store)
    {
        _stores.Add(new(store));
        return _stores[^1];
    }

    /// <summary>Starts a call, and gives it back once it has asked for an approval.</summary>
    private async Task<Task<BudgetDecision>> StartAsync(IBudgetFirewall firewall, DecisionKind kind, BudgetRequest request, CancellationToken cancellationToken = default)
    {
        var before = _stores.Sum(store => store.Asked);
        var call = Task.Run(async () => kind switch
        {
            DecisionKind.Reserve => (await firewall.TryReserveAsync(request, cancellationToken)).Decision,
            DecisionKind.Spend => await firewall.TrySpendAsync(request, cancellationToken),
            _ => await firewall.TryCheckAsync(request, cancellationToken),
        });
        (await Eventually.HoldsAsync(() => call.IsCompleted || _stores.Sum(store => store.Asked) > before)).Should().BeTrue();
        await Task.Delay(50, CancellationToken.None);
        return call;
    }

    /// <summary>Lets time pass in steps until a call has ended.</summary>
    private async Task<T> FinishAsync<T>(Task<T> waiting)
    {
        _ = await UntilAsync(() => ValueTask.FromResult(waiting.IsCompleted));
        return await waiting.WaitAsync(TimeSpan.FromMinutes(1));
    }

    // No more time passes than a call waits for, and the longer it takes the slower, for a busy machine.
    private async Task<bool> UntilAsync(Func<ValueTask<bool>> holds)
    {
        for (var i = 0; i < 200 && !await holds(); i++)
        {
            await Harness.PassAsync(TimeSpan.FromMilliseconds(200));
            await Task.Delay(i < 50 ? 5 : 200);
        }
        return await holds();
    }

    private static async Task<string> PendingAsync(IBudgetFirewall firewall) => (await ListedAsync(firewall, ApprovalState.Pending)).Should().ContainSingle().Subject.Id;

    private static async Task<IReadOnlyList<Approval>> ListedAsync(IBudgetFirewall firewall, ApprovalState state) => (await firewall.Approvals.ListAsync(100, null, state)).Items;
}
