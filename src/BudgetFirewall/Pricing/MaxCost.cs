using System.Globalization;

namespace BudgetFirewall;

/// <summary>The refusal of a call that costs more than <see cref="BudgetFirewallOptions.MaxCost"/>.</summary>
internal static class MaxCost
{
    private const string Key = "BudgetFirewall.MaxCost";

    public static ArgumentOutOfRangeException Exceeded(decimal cost, decimal maxCost) => new(
        nameof(BudgetRequest.Cost),
        cost,
        string.Create(CultureInfo.InvariantCulture, $"Cost, as computed from the prices, must be at most {maxCost:#,0.#########} ({nameof(BudgetFirewallOptions.MaxCost)})."))
    {
        Data = { [Key] = maxCost },
    };

    public static ArgumentOutOfRangeException Exceeded(decimal cost, decimal maxCost, string member)
    {
        var refusal = new ArgumentOutOfRangeException(
            member, cost, string.Create(CultureInfo.InvariantCulture, $"{member} must be from 0 to {maxCost:#,0.#########} ({nameof(BudgetFirewallOptions.MaxCost)})."));
        if (cost > maxCost)
            refusal.Data[Key] = maxCost;
        return refusal;
    }

    /// <summary>The highest cost that the call should have had, for those who must charge something all the same; null when the exception is not about that.</summary>
    public static decimal? Of(Exception exception) => exception.Data[Key] as decimal?;
}
