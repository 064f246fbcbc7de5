using System.Collections.Concurrent;

namespace BudgetFirewall.Conformance;

/// <summary>Does a script from many threads on two firewalls, keeps every answer, and then reckons up what must have come of it.</summary>
internal sealed class ConcurrentRun(IBudgetFirewall[] processes, ConcurrentScript script)
{
    private static readonly BudgetScope Project = BudgetScope.Project("red");

    private readonly ConcurrentQueue<(BudgetRequest Request, decimal Cost, bool IsReplay, IReadOnlyList<BudgetState> After, IReadOnlyList<BudgetWarning> Warnings)> _charges = new();
    private readonly ConcurrentQueue<BudgetReservation> _open = new();
    private readonly ConcurrentQueue<BudgetDecision> _decisions = new();

    public static void Configure(BudgetFirewallOptions options)
    {
        options.Budgets.AddRange(
        [
            new() { Scope = BudgetScope.Each("user"), Limit = 30m, WarnAt = [0.5m] },
            new() { Scope = Project, Limit = 40m, WarnAt = [0.25m, 0.5m, 0.75m] },
            new() { Scope = BudgetScope.Global, Limit = 10m, Enforcement = Enforcement.Soft, WarnAt = [0.5m, 1m] },
        ]);
        options.RateLimits.Add(new() { Scope = Project, Capacity = 120, RefillPerSecond = 0 });
    }

    public async Task RunAsync()
    {
        await Together.DoAsync(script.Steps.Length, script.Threads, i => DoAsync(script.Steps[i]));
        CompareDecisions();
        foreach (var scope in new[] { BudgetScope.Global, Project, UserOf(0), UserOf(1), UserOf(2) })
            await CompareAsync(scope);
        CompareWarnings();
        await CompareBucketAsync();
    }

    private static BudgetScope UserOf(int number) => BudgetScope.User($"user-{number}");

    private async ValueTask DoAsync(ConcurrentStep step)
    {
        var firewall = processes[step.Process];
        var request = new BudgetRequest
        {
            Provider = ModelWorld.Provider,
            UserId = UserOf(step.User).Id,
            ProjectId = step.IsOfProject ? Project.Id : null,
            Cost = step.Amount,
            OperationId = step.OperationId,
        };
        switch (step.Kind)
        {
            case ConcurrentKind.Check:
                _decisions.Enqueue(await firewall.TryCheckAsync(request));
                break;
            case ConcurrentKind.Spend:
                await SpendAsync(firewall, request);
                break;
            case ConcurrentKind.Charge when script.HasCharges:
                Keep(request, await firewall.ChargeAsync(request));
                break;
            default:
                await ReserveAsync(firewall, request, step.Kind);
                break;
        }
    }

    private async Task SpendAsync(IBudgetFirewall firewall, BudgetRequest request)
    {
        var decision = await firewall.TrySpendAsync(request);
        _decisions.Enqueue(decision);
        if (decision.IsAllowed)
            _charges.Enqueue((request, decision.Cost, decision.IsReplay, decision.Budgets, decision.Warnings));
    }

    private async Task ReserveAsync(IBudgetFirewall firewall, BudgetRequest request, ConcurrentKind kind)
    {
        var reservation = await firewall.TryReserveAsync(request);
        _decisions.Enqueue(reservation.Decision);
        if (!reservation.IsGranted)
            return;
        switch (kind)
        {
            case ConcurrentKind.ReserveAndCommit:
                Keep(request, await reservation.CommitAsync(request.Cost!.Value / 2));
                break;
            case ConcurrentKind.ReserveAndCommitTwice:
                Keep(request, await reservation.CommitAsync());
                Keep(request, await reservation.CommitAsync());
                break;
            case ConcurrentKind.ReserveAndRelease:
                await reservation.ReleaseAsync();
                break;
            case ConcurrentKind.ReserveAndDispose:
                await reservation.DisposeAsync();
                break;
            default:
                _open.Enqueue(reservation);
                break;
        }
    }

    private void Keep(BudgetRequest request, ChargeReceipt receipt) =>
        _charges.Enqueue((request, receipt.Cost, receipt.IsReplay, receipt.Budgets, receipt.Warnings));

    private void CompareDecisions()
    {
        foreach (var done in _decisions.Where(decision => decision.IsAllowed && decision.OperationId.StartsWith("id-", StringComparison.Ordinal)).GroupBy(decision => decision.OperationId))
            Differences.Same($"first executions of {done.Key}", 1, done.Count(decision => !decision.IsReplay));
        if (script.HasCharges)
            return;
        foreach (var state in _decisions.SelectMany(decision => decision.Budgets).Where(state => state.Enforcement == Enforcement.Hard))
            Differences.Same($"{state.Spent} spent and {state.Held} held of {state.BudgetId} within {state.Limit}", true, state.Spent + state.Held <= state.Limit);
    }

    private async Task CompareAsync(BudgetScope scope)
    {
        var state = await processes[0].StateAsync(scope);
        var charges = _charges.Where(charge => !charge.IsReplay && ModelCatalog.ScopesOf(charge.Request).Contains(scope)).ToList();
        var open = _open.DistinctBy(reservation => reservation.Id).Where(reservation => reservation.Decision.Budgets.Any(budget => budget.Scope == scope));
        Differences.Same($"spent of {scope}", charges.Sum(charge => charge.Cost), state.Spent);
        Differences.Same($"held of {scope}", open.Sum(reservation => reservation.Cost), state.Held);
        CompareOrder(scope, charges.ConvertAll(charge => (charge.Cost, charge.After.Of(scope).Spent, charge.After.Of(BudgetScope.Global).Spent)));
    }

    // Sorted by the total that each charge has seen, every one starts where the one before it ended, in this scope and in the global one in the same order.
    private static void CompareOrder(BudgetScope scope, List<(decimal Cost, decimal Total, decimal GlobalTotal)> charges)
    {
        var (total, globalTotal) = (0m, 0m);
        foreach (var charge in charges.OrderBy(charge => charge.Total))
        {
            Differences.Same($"total of {scope} after a charge of {charge.Cost}", total += charge.Cost, charge.Total);
            Differences.Same($"global total in the order of {scope}", true, charge.GlobalTotal > globalTotal);
            globalTotal = charge.GlobalTotal;
        }
    }

    private void CompareWarnings()
    {
        var fired = _charges.Where(charge => !charge.IsReplay).SelectMany(charge => charge.Warnings).ToList();
        Differences.Same("warnings fired twice", fired.Count, fired.DistinctBy(warning => (warning.BudgetId, warning.Scope, warning.Threshold)).Count());
        var global = _charges.Where(charge => !charge.IsReplay).Sum(charge => charge.Cost);
        Differences.Same("warnings of the global budget", (global >= 5m ? 1 : 0) + (global >= 10m ? 1 : 0), fired.Count(warning => warning.Scope == BudgetScope.Global));
    }

    private async Task CompareBucketAsync()
    {
        var taken = _decisions.Count(decision => decision is { IsAllowed: true, IsReplay: false } && decision.RateLimits.Count > 0);
        Differences.Same("level", 120m - taken, await processes[0].LevelAsync(Project));
    }
}
