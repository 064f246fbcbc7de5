using System.Globalization;

namespace BudgetFirewall;

/// <summary>The refusal of a call that costs more than <see cref="BudgetFirewallOptions.MaxCost"/>.</summary>
internal static class MaxCost
{
    public static ArgumentOutOfRangeException Exceeded(decimal cost, decimal maxCost) => new(
        nameof(BudgetRequest.Cost),
        cost,
        string.Create(CultureInfo.InvariantCulture, $"Cost, as computed from the prices, must be at most {maxCost:#,0.#########} ({nameof(BudgetFirewallOptions.MaxCost)})."));

    public static ArgumentOutOfRangeException Exceeded(decimal cost, decimal maxCost, string member) => new(
        member,
        cost,
        string.Create(CultureInfo.InvariantCulture, $"{member} must be from 0 to {maxCost:#,0.#########} ({nameof(BudgetFirewallOptions.MaxCost)})."));
}
