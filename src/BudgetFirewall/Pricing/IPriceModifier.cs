namespace BudgetFirewall;

/// <summary>
/// Changes a price as it is computed: by the time of day, by demand, by agreement. Called for every request priced by the configured prices,
/// possibly from many threads at once; not for a request that gives its cost. Without modifiers a decision does not make the lines of its cost.
/// </summary>
/// <remarks>An exception that it throws reaches the caller, and nothing has been changed.</remarks>
/// <example><code>
/// sealed class NightDiscount : IPriceModifier
/// {
///     public CostLine? Modify(BudgetRequest request, CostBreakdown breakdown, DateTimeOffset now) =>
///         now.Hour is &gt;= 1 and &lt; 5 ? new CostLine("night", breakdown.Total, -0.25m, breakdown.Total * -0.25m) : null;
/// }
/// </code></example>
public interface IPriceModifier
{
    /// <summary>Returns another line for a cost, or null for none.</summary>
    /// <param name="request">The request being priced, with the usage it is priced for.</param>
    /// <param name="breakdown">The lines so far, those of earlier modifiers included, before rounding; only what is known where the cost is unknown.</param>
    /// <param name="now">The time by the firewall's clock, UTC.</param>
    /// <returns>The line to add, of which only the amount counts; it may be below zero as long as the total is not, which is an <see cref="InvalidOperationException"/>.</returns>
    CostLine? Modify(BudgetRequest request, CostBreakdown breakdown, DateTimeOffset now);
}
