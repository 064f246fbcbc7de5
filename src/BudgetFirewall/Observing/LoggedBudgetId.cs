namespace BudgetFirewall;

/// <summary>The names and ids of budgets as log lines above Debug show them. The id of a budget on one user has the user's id in it, which is not for the log.</summary>
internal static class LoggedBudgetId
{
    private const string EachUser = "each:user/";
    private const string OneUser = "(of one user)";

    /// <summary>The budget's name, or its id where it has none or the name names the user; a substitute where the id does so too.</summary>
    /// <param name="name">The budget's name; null for none.</param>
    /// <param name="budgetId">The budget's id.</param>
    /// <param name="scope">The scope that was counted.</param>
    public static string Of(string? name, string budgetId, BudgetScope scope)
    {
        if (name is not null && (scope.Kind != ScopeKinds.User || !name.Contains(scope.Id, StringComparison.OrdinalIgnoreCase)))
            return name;
        if (scope.Kind != ScopeKinds.User || budgetId.StartsWith(EachUser, StringComparison.Ordinal))
            return budgetId;
        return IsDerived(budgetId) || budgetId.Contains(scope.Id, StringComparison.OrdinalIgnoreCase) ? OneUser : budgetId;
    }

    // A derived id may have the user's id in an escaped or shortened form.
    private static bool IsDerived(string budgetId) => budgetId.StartsWith(ScopeKinds.User + "=", StringComparison.Ordinal);
}
