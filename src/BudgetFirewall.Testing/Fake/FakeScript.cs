namespace BudgetFirewall.Testing;

/// <summary>The scripted decisions and failures of a fake firewall.</summary>
internal sealed class FakeScript
{
    private readonly Queue<BudgetDecision> _next = new();
    private readonly List<(FirewallCallKind Kind, Exception Exception)> _failures = [];
    private Func<BudgetRequest, BudgetDecision?>? _decide;

    public void Next(BudgetDecision decision) => _next.Enqueue(decision);

    public void Always(Func<BudgetRequest, BudgetDecision?>? decide)
    {
        _decide = decide;
        if (decide is null)
            _next.Clear();
    }

    public void Fail(FirewallCallKind kind, Exception exception) => _failures.Add((kind, exception));

    public void ThrowIfFailing(FirewallCallKind kind)
    {
        var index = _failures.FindIndex(failure => failure.Kind == kind);
        if (index < 0)
            return;
        var exception = _failures[index].Exception;
        _failures.RemoveAt(index);
        throw exception;
    }

    /// <summary>The scripted decision with the cost and id of the request where it names none; an allowing one without a script.</summary>
    public BudgetDecision Decide(BudgetRequest request, decimal cost, string operationId)
    {
        var scripted = _next.TryDequeue(out var next) ? next : _decide?.Invoke(request);
        return scripted is { OperationId.Length: > 0 } ? scripted : new()
        {
            Outcome = scripted?.Outcome ?? DecisionOutcome.Allowed,
            Cost = scripted is { Cost: > 0 } ? scripted.Cost : cost,
            IsCostUnknown = scripted?.IsCostUnknown ?? false,
            RetryAfter = scripted?.RetryAfter,
            IsDegraded = scripted?.IsDegraded ?? false,
            IsReplay = scripted?.IsReplay ?? false,
            OperationId = operationId,
            Budgets = scripted?.Budgets ?? [],
            RateLimits = scripted?.RateLimits ?? [],
            Warnings = scripted?.Warnings ?? [],
            DeniedByBudgets = scripted?.DeniedByBudgets ?? [],
            DeniedByRateLimits = scripted?.DeniedByRateLimits ?? [],
            Limits = scripted?.Limits ?? [],
            WouldBeDeniedBy = scripted?.WouldBeDeniedBy ?? [],
            WarningsAhead = scripted?.WarningsAhead ?? [],
            IsFromCache = scripted?.IsFromCache ?? false,
            StoreFailure = scripted?.StoreFailure,
            Wait = scripted?.Wait ?? TimeSpan.Zero,
        };
    }
}
