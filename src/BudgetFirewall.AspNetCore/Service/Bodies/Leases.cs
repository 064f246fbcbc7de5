namespace BudgetFirewall;

/// <summary>Leases as JSON: seconds.</summary>
internal static class Leases
{
    /// <exception cref="FieldException">The time is outside its range.</exception>
    public static TimeSpan Of(decimal seconds, string field) => seconds is >= 1 and <= 86_400
        ? new((long)(seconds * TimeSpan.TicksPerSecond))
        : throw new FieldException(field, $"{field} must be from 1 to 86400 seconds.");
}
