namespace BudgetFirewall;

/// <summary>The ids of budgets as log lines above Debug show them. The id of a budget on one user has the user's id in it, which is not for the log.</summary>
internal static class LoggedBudgetId
{
    private const string EachUser = "each:user/";
    private const string OneUser = "(of one user)";

    /// <summary>The budget's id; a substitute where it names the user.</summary>
    /// <param name="budgetId">The budget's id.</param>
    /// <param name="scope">The scope that was counted.</param>
    public static string Of(string budgetId, BudgetScope scope)
    {
        if (scope.Kind != ScopeKinds.User || budgetId.StartsWith(EachUser, StringComparison.Ordinal))
            return budgetId;
        return IsDerived(budgetId) || budgetId.Contains(scope.Id, StringComparison.OrdinalIgnoreCase) ? OneUser : budgetId;
    }

    // A derived id may have the user's id in an escaped or shortened form.
    private static bool IsDerived(string budgetId) => budgetId.StartsWith(ScopeKinds.User + "=", StringComparison.Ordinal);
}
