namespace BudgetFirewall.Storage;

/// <summary>Amounts of anomalies as they are told.</summary>
internal static class AnomalyAmounts
{
    private const decimal Thousandths = 1_000m;

    /// <summary>Nanos as currency units, or micros as units of usage.</summary>
    public static decimal Of(long amount, string? unit) => amount / (unit is null ? LedgerEntry.NanosPerUnit : LedgerCounter.MicrosPerUnit);

    /// <summary>Thousandths as a number.</summary>
    public static decimal OfThousandths(long number) => number / Thousandths;
}
