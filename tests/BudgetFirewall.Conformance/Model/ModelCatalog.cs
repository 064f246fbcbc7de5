namespace BudgetFirewall.Conformance;

/// <summary>Which budgets are in force, and which of them concern a request or a scope.</summary>
public sealed class ModelCatalog(IReadOnlyList<Budget> configured, IReadOnlyList<RateLimit> rateLimits)
{
    private readonly Dictionary<string, Budget> _runtime = new(StringComparer.Ordinal);
    private readonly Dictionary<BudgetScope, IReadOnlyList<Budget>> _ofScopes = [];

    /// <summary>Every budget, ordered by id: configured ones give way to runtime ones with their id.</summary>
    public IReadOnlyList<Budget> All { get; private set; } = InForce(configured, []);

    private IEnumerable<Budget> Active => All.Where(budget => budget.IsActive);

    /// <summary>False when another active budget counts the same thing.</summary>
    public bool TrySet(Budget budget)
    {
        if (budget.IsActive && Active.Any(other => other.Id != budget.Id && other.Scope == budget.Scope && CountsAlike(other, budget)))
            return false;
        _runtime[budget.Id] = budget;
        Change();
        return true;
    }

    public bool Remove(string budgetId)
    {
        var isRemoved = _runtime.Remove(budgetId);
        Change();
        return isRemoved;
    }

    /// <summary>The budgets that concern a scope: those for it, and those for each of its kind that none for it replaces.</summary>
    public IReadOnlyList<Budget> Of(BudgetScope scope)
    {
        if (_ofScopes.TryGetValue(scope, out var found))
            return found;
        var own = Active.Where(budget => budget.Scope == scope).ToList();
        var each = Active.Where(budget => budget.Scope.IsEach && budget.Scope.Kind == scope.Kind);
        return _ofScopes[scope] = [.. own, .. each.Where(budget => !own.Any(other => CountsAlike(other, budget)))];
    }

    public IEnumerable<(Budget Budget, BudgetScope Scope)> Of(BudgetRequest request) =>
        from scope in ScopesOf(request)
        from budget in Of(scope)
        where budget.Operations.Count == 0 || budget.Operations.Contains(request.Operation)
        select (budget, scope);

    public IEnumerable<(RateLimit Limit, BudgetScope Scope)> LimitsOf(BudgetScope scope) =>
        rateLimits.Where(limit => limit.Scope == scope || (limit.Scope.IsEach && limit.Scope.Kind == scope.Kind)).Select(limit => (limit, scope));

    public static IEnumerable<BudgetScope> ScopesOf(BudgetRequest request)
    {
        yield return BudgetScope.Global;
        yield return BudgetScope.Provider(request.Provider);
        if (request.UserId is { } user)
            yield return BudgetScope.User(user);
        if (request.ProjectId is { } project)
            yield return BudgetScope.Project(project);
    }

    private void Change()
    {
        All = InForce(configured, _runtime);
        _ofScopes.Clear();
    }

    private static IReadOnlyList<Budget> InForce(IReadOnlyList<Budget> configured, Dictionary<string, Budget> runtime) =>
        [.. configured.Where(budget => !runtime.ContainsKey(budget.Id)).Concat(runtime.Values).OrderBy(budget => budget.Id, StringComparer.Ordinal)];

    private static bool CountsAlike(Budget one, Budget other) =>
        one.Period == other.Period && one.Unit == other.Unit && one.Operations.SequenceEqual(other.Operations);
}
