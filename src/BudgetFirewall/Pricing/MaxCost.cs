using System.Globalization;

namespace BudgetFirewall;

/// <summary>Makes the exceptions that refuse a call that costs more than <see cref="BudgetFirewallOptions.MaxCost"/>.</summary>
internal static class MaxCost
{
    private const string Key = "BudgetFirewall.MaxCost";

    public static ArgumentOutOfRangeException Exceeded(decimal cost, decimal maxCost) => Refusal(
        nameof(BudgetRequest.Cost), cost, maxCost, string.Create(CultureInfo.InvariantCulture, $"Cost, as computed from the prices, must be at most {maxCost:#,0.#########} ({nameof(MaxCost)})."));

    public static ArgumentOutOfRangeException Exceeded(decimal cost, decimal maxCost, string member) => Refusal(
        member, cost, maxCost, string.Create(CultureInfo.InvariantCulture, $"{member} must be from 0 to {maxCost:#,0.#########} ({nameof(MaxCost)})."));

    /// <summary>
    /// The highest allowed cost, for a caller that must charge something nevertheless. Null when the exception is not about the highest cost, or when the cost
    /// is above all money that can be counted: then it is a mistake, which tells nothing about the call.
    /// </summary>
    public static decimal? Of(Exception exception) => exception.Data[Key] as decimal?;

    private static ArgumentOutOfRangeException Refusal(string member, decimal cost, decimal maxCost, string message)
    {
        var refusal = new ArgumentOutOfRangeException(member, cost, message);
        if (cost > maxCost && cost <= Money.Max)
            refusal.Data[Key] = maxCost;
        return refusal;
    }
}
