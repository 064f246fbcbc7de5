using BudgetFirewall.Conformance;

namespace BudgetFirewall.Reliability;

/// <summary>Row 30: many denials that ask for an approval at once, many answers at once, and processes that die between.</summary>
public sealed class ApprovalScenarios : Scenario
{
    private static readonly BudgetRequest Asked = new() { Provider = "load", Cost = 1m };

    [Fact]
    public Task Concurrent_denials_have_one_pending_approval_and_what_is_admitted_afterwards_is_the_limit_and_what_was_approved() => RunAsync(30, async () =>
    {
        var (denials, processes, rounds) = (Soak.Times(200, 1_000), Soak.Times(2, 8), Soak.Times(4, 40));
        var server = await StartServerAsync();
        var firewalls = Enumerable.Range(0, processes).Select(_ => Firewall(server.Address, options =>
        {
            options.Budgets.Add(new() { Scope = BudgetScope.Global, Limit = 10m, Period = BudgetPeriod.Year, Enforcement = Enforcement.Escalate });
            options.Approvals.AskAgainAfter = TimeSpan.Zero;
            options.Approvals.Lifetime = TimeSpan.FromMinutes(1);
            options.StoreTimeout = TimeSpan.FromSeconds(30);
        })).ToArray();
        var approved = 0m;
        await AdmitAsync(firewalls, 10m);
        for (var round = 0; round < rounds; round++)
        {
            var refused = await Together.DoAsync(denials, processes * 4, i => firewalls[i % processes].TrySpendAsync(Asked));
            refused.Should().OnlyContain(decision => decision.Outcome == DecisionOutcome.ApprovalRequired && decision.ApprovalIds.Count == 1);
            var id = (await ListedAsync(firewalls[0], ApprovalState.Pending)).Should().ContainSingle().Which.Id;
            refused.Select(decision => decision.ApprovalIds[0]).Should().OnlyContain(asked => asked == id);

            var amount = Random.Next(1, 2_000_000_000) / 1_000_000_000m;
            var heard = (await Together.DoAsync(processes * 2, processes * 2, i => AnswerAsync(firewalls[i % processes], id, round % 4 == 3 && i % 2 == 0 ? 0m : amount))).OfType<Approval>().ToList();
            heard.Should().ContainSingle("an approval ends once");
            approved += heard[0].Amount ?? 0m;
            if (heard[0].Amount is { } room)
                await AdmitAsync(firewalls, room);
            (await TotalsAsync(firewalls[0])).Should().Be((10m + approved, 0m));
            await Task.Delay(TimeSpan.FromSeconds(1.1));
        }
        var expired = Soak.IsWanted ? await ExpireAsync(firewalls) : "";
        return Text($"{rounds} rounds of {denials:N0} denials by {processes} × 4 callers, one pending approval each time, {processes * 2} answers of which one was heard; spent {10m + approved} = limit + approved{expired}");
    });

    [Fact]
    public Task Processes_that_are_killed_while_they_ask_and_answer_leave_what_was_approved_and_what_was_spent_exact() => RunAsync(30, async () =>
    {
        var processes = Soak.Times(2, 8);
        var server = await StartServerAsync();
        WorkJob Job(int number) => new()
        {
            Address = server.Address, Name = $"w{number}", Kind = WorkKind.Approve, Seed = Seed + number, Limit = 5m, Callers = Soak.Times(4, 16), StoreTimeoutSeconds = 30,
        };
        await using var fleet = await Fleet.StartProcessesAsync(processes, Job);
        fleet.Go();
        await Task.Delay(TimeSpan.FromSeconds(Soak.Times(4, 30)));
        await Task.WhenAll(fleet.Workers.Take(processes / 2).Cast<ProcessWorker>().Select(worker => worker.KillAsync()));
        foreach (var worker in fleet.Workers.Skip(processes / 2))
            worker.Stop();
        foreach (var worker in fleet.Workers.Skip(processes / 2))
            (await worker.FinishAsync()).Surprises.Should().BeEmpty();

        var firewall = Firewall(server.Address, options =>
        {
            options.Budgets.Add(new() { Scope = BudgetScope.Global, Limit = 5m, Period = BudgetPeriod.Year, Enforcement = Enforcement.Escalate });
            options.StoreTimeout = TimeSpan.FromSeconds(30);
        });
        var all = await ListedAsync(firewall, state: null);
        var approved = all.Sum(approval => approval.Amount ?? 0m);
        var state = (await firewall.GetStatusAsync(BudgetScope.Global)).Budgets.Should().ContainSingle().Which;
        state.Allowance.Should().Be(approved, "each approval has raised the allowance once, in one step with its end");
        all.Count(approval => approval.State == ApprovalState.Pending).Should().BeLessThanOrEqualTo(1);
        state.Spent.Should().BeLessThanOrEqualTo(5m + approved);
        await AdmitAsync([firewall], state.Remaining);
        (await firewall.TrySpendAsync(Asked with { Cost = 0.000000001m })).IsAllowed.Should().BeFalse();
        (await TotalsAsync(firewall)).Should().Be((5m + approved, 0m));
        return Text($"{processes / 2} of {processes} processes killed after {all.Count:N0} approvals, {all.Count(approval => approval.State == ApprovalState.Approved):N0} of them approved: allowance {approved} = approved, spent {5m + approved} = limit + approved");
    });

    /// <summary>Spends what there is room for, and a nano more, which is refused.</summary>
    private static async Task AdmitAsync(IBudgetFirewall[] firewalls, decimal room)
    {
        if (room > 0)
            await firewalls[0].SpendAsync(Asked with { Cost = room });
        (await firewalls[^1].TryCheckAsync(Asked with { Cost = 0.000000001m })).IsAllowed.Should().BeFalse();
    }

    /// <summary>Approves an amount, or denies; null when others were first.</summary>
    private static async ValueTask<Approval?> AnswerAsync(IBudgetFirewall firewall, string id, decimal amount)
    {
        try
        {
            return amount == 0m ? await firewall.Approvals.DenyAsync(id) : await firewall.Approvals.ApproveAsync(id, amount, by: "somebody");
        }
        catch (ApprovalConflictException)
        {
            return null;
        }
    }

    private static async Task<string> ExpireAsync(IBudgetFirewall[] firewalls)
    {
        var id = (await firewalls[0].TrySpendAsync(Asked)).ApprovalIds.Should().ContainSingle().Which;
        await Task.Delay(TimeSpan.FromSeconds(61));
        (await AnswerAsync(firewalls[^1], id, 1m)).Should().BeNull("it has expired");
        (await firewalls[^1].TrySpendAsync(Asked)).ApprovalIds.Should().ContainSingle().Which.Should().NotBe(id);
        return "; one expired and was asked for anew";
    }

    private static async Task<List<Approval>> ListedAsync(IBudgetFirewall firewall, ApprovalState? state)
    {
        var listed = new List<Approval>();
        await foreach (var approval in firewall.Approvals.ListAsync(state))
            listed.Add(approval);
        return listed;
    }
}
