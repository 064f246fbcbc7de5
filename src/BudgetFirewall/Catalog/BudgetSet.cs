using System.Collections.Immutable;

namespace BudgetFirewall;

/// <summary>Budgets that are set together, of different ids. Immutable.</summary>
/// <param name="Budgets">The budgets.</param>
/// <param name="Member">The name of the argument that they were given in.</param>
internal sealed record BudgetSet(ImmutableArray<Budget> Budgets, string Member)
{
    private readonly HashSet<string> _ids = [.. Budgets.Select(budget => budget.Id)];

    /// <summary>Checks budgets, each by itself and all together.</summary>
    /// <exception cref="ArgumentException">There are too many, or one of them is null, cannot be counted, or repeats the id of another or what it counts.</exception>
    public static BudgetSet Of(IReadOnlyCollection<Budget> budgets, string member)
    {
        if (budgets.Count > IBudgetCatalog.MaxSetMany)
            throw new ArgumentException($"{member} has {budgets.Count:N0} budgets; at most {IBudgetCatalog.MaxSetMany:N0} are set in one call.", member);
        var ids = new Dictionary<string, int>(StringComparer.Ordinal);
        var counted = new Dictionary<string, int>(StringComparer.Ordinal);
        var i = 0;
        foreach (var budget in budgets)
        {
            if (budget is null)
                throw new ArgumentException($"{member}[{i}] is null.", member);
            CheckLimit(budget, i, member);
            if (!ids.TryAdd(budget.Id, i))
                throw new ArgumentException(DisplayText.Escape($"{member}[{i}] has the same id as {member}[{ids[budget.Id]}]: '{budget.Id}'."), member);
            if (budget.IsActive && !counted.TryAdd(Limits.CountedThing(budget), i))
            {
                var thing = Limits.CountedThing(budget);
                throw new ArgumentException(DisplayText.Escape($"{member}[{i}] ('{budget.Id}') would count what {member}[{counted[thing]}] counts ({thing})."), member);
            }
            i++;
        }
        return new([.. budgets], member);
    }

    /// <summary>A budget of these and the id of an active one in force that counts the same; null when there is none.</summary>
    public (Budget Budget, string TwinId)? TwinIn(Limits limits)
    {
        foreach (var budget in Budgets)
        {
            if (budget.IsActive && limits.TwinOf(budget, _ids) is { } twin)
                return (budget, twin);
        }
        return null;
    }

    public ArgumentException Conflict((Budget Budget, string TwinId) twin) => new(
        DisplayText.Escape($"The budget '{twin.Budget.Id}' would count what the active budget '{twin.TwinId}' counts ({Limits.CountedThing(twin.Budget)})."), Member);

    private static void CheckLimit(Budget budget, int index, string member)
    {
        try
        {
            budget.CheckCountable();
        }
        catch (ArgumentException e)
        {
            throw new ArgumentException(DisplayText.Escape($"{member}[{index}] ('{budget.Id}'): {e.Message}"), member, e);
        }
    }
}
