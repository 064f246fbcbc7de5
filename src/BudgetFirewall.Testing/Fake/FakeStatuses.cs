namespace BudgetFirewall.Testing;

/// <summary>The statuses that a fake firewall gives. Every member is called under its lock.</summary>
internal sealed class FakeStatuses
{
    private readonly Dictionary<BudgetScope, BudgetStatus> _statuses = [];

    public void Set(BudgetStatus status) => _statuses[status.Scope] = status;

    public BudgetStatus? Find(BudgetScope scope) => _statuses.GetValueOrDefault(scope);

    public RequestStatus StatusOf(BudgetRequest request, DateTimeOffset now)
    {
        var met = Of(request);
        return new() { Request = request, AsOf = now, Budgets = [.. met.SelectMany(status => status.Budgets)], RateLimits = [.. met.SelectMany(status => status.RateLimits)] };
    }

    public RequestExplanation ExplanationOf(BudgetRequest request, CostBreakdown cost, DateTimeOffset now)
    {
        var status = StatusOf(request, now);
        return new() { Request = request, AsOf = now, Cost = cost.Total, CostBreakdown = cost, Budgets = status.Budgets, RateLimits = status.RateLimits };
    }

    /// <summary>The statuses of the scopes that a request belongs to.</summary>
    private BudgetStatus[] Of(BudgetRequest request) =>
        [.. _statuses.Values.Where(status => IsOf(request, status.Scope)).OrderBy(status => status.Scope.ToString(), StringComparer.Ordinal)];

    private static bool IsOf(BudgetRequest request, BudgetScope scope) => scope.Kind switch
    {
        "global" => true,
        "provider" => request.Provider == scope.Id,
        "project" => request.ProjectId == scope.Id,
        "user" => request.UserId == scope.Id,
        "model" => request.Model == scope.Id,
        var kind => request.Dimensions?.GetValueOrDefault(kind) == scope.Id,
    };
}
