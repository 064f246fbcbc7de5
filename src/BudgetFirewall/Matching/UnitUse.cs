namespace BudgetFirewall;

/// <summary>The amount of a unit that a usage states.</summary>
/// <param name="Micros">The amount, in micros; 0 when unknown or not concerned.</param>
/// <param name="IsUnknown">True when no usage is given.</param>
/// <param name="IsConcerned">False when a usage is given that does not name the unit.</param>
internal readonly record struct UnitUse(long Micros, bool IsUnknown, bool IsConcerned)
{
    public static UnitUse Of(string unit, BudgetUsage? usage)
    {
        if (unit == UsageUnits.Request)
            return new((long)UnitAmount.MicrosPerUnit, IsUnknown: false, IsConcerned: true);
        if (usage is null)
            return new(0, IsUnknown: true, IsConcerned: true);
        return usage.TryGetUnit(unit, out var amount)
            ? new(UnitAmount.CeilingMicros(amount, unit), IsUnknown: false, IsConcerned: true)
            : default;
    }
}
