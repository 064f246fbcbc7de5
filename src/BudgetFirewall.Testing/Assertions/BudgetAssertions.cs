using System.Globalization;

namespace BudgetFirewall.Testing;

/// <summary>Assertions about budgets and decisions for any test framework.</summary>
public static class BudgetAssertions
{
    /// <summary>Asserts the amounts that a budget has spent and holds. One round trip.</summary>
    /// <param name="firewall">The firewall.</param>
    /// <param name="scope">A scope with one budget, or with the named one.</param>
    /// <param name="spent">The amount that must be spent, in currency units or the budget's unit.</param>
    /// <param name="held">The amount that must be held, in the same unit.</param>
    /// <param name="budgetId">The budget's id; null: the scope's only one.</param>
    /// <param name="partition">The partition; null without partitions.</param>
    /// <exception cref="ArgumentNullException"><paramref name="firewall"/> is null.</exception>
    /// <exception cref="BudgetAssertionException">The amounts are others, or there is no such budget or more than one.</exception>
    /// <exception cref="Storage.BudgetStoreException">The store did not answer.</exception>
    public static async Task AssertStandsAtAsync(
        this IBudgetFirewall firewall, BudgetScope scope, decimal spent, decimal held = 0, string? budgetId = null, string? partition = null)
    {
        ArgumentNullException.ThrowIfNull(firewall);
        var status = await firewall.GetStatusAsync(scope, partition).ConfigureAwait(false);
        BudgetState[] found = [.. status.Budgets.Where(state => budgetId is null || state.BudgetId == budgetId)];
        if (found is not [var only])
        {
            var ids = found.Length == 0 ? "none" : string.Join(", ", found.Select(state => state.BudgetId));
            throw new BudgetAssertionException($"Expected one budget{(budgetId is null ? "" : $" '{budgetId}'")} on {scope}, found {ids}.");
        }
        if ((only.Spent, only.Held) != (spent, held))
            throw new BudgetAssertionException(Text($"Expected the budget '{only.BudgetId}' on {scope} to stand at {spent} spent and {held} held, found {only.Spent} spent and {only.Held} held."));
    }

    /// <summary>Asserts that a decision allows its request.</summary>
    /// <param name="decision">The decision.</param>
    /// <exception cref="ArgumentNullException"><paramref name="decision"/> is null.</exception>
    /// <exception cref="BudgetAssertionException">The decision denies its request.</exception>
    public static void AssertAllowed(this BudgetDecision decision)
    {
        ArgumentNullException.ThrowIfNull(decision);
        if (!decision.IsAllowed)
            throw new BudgetAssertionException($"Expected the request to be allowed, but: {decision}");
    }

    /// <summary>Asserts that a decision denies its request, for a reason.</summary>
    /// <param name="decision">The decision.</param>
    /// <param name="outcome">The reason.</param>
    /// <exception cref="ArgumentNullException"><paramref name="decision"/> is null.</exception>
    /// <exception cref="BudgetAssertionException">The decision allows its request, or denies it for another reason.</exception>
    public static void AssertDenied(this BudgetDecision decision, DecisionOutcome outcome = DecisionOutcome.BudgetExceeded)
    {
        ArgumentNullException.ThrowIfNull(decision);
        if (decision.IsAllowed || decision.Outcome != outcome)
            throw new BudgetAssertionException($"Expected the request to be denied as {outcome}, but: {decision}");
    }

    internal static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
