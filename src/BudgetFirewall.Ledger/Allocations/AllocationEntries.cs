using System.Globalization;
using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>The entries of an allocation: one for each scope and time that gets something.</summary>
internal static class AllocationEntries
{
    /// <summary>The entries that make it.</summary>
    public static IEnumerable<LedgerEntry> Of(MadeAllocation made, string? by, string? reason)
    {
        var weights = PriceList.Text(made.Shares.Sum(share => share.Weight));
        for (var i = 0; i < made.Shares.Length; i++)
        {
            var share = made.Shares[i];
            var (scopes, note) = (made.Allocation.Scopes.Append(new(share.Scope.Kind, share.Scope.Id)).ToDictionary(StringComparer.Ordinal), AllocationNote.Of(made, share, weights).ToJson());
            for (var time = 0; time < made.Times.Length; time++)
            {
                if (share.Nanos[time] != 0)
                    yield return Of(made, i, time, scopes) with { After = note, Actor = by, Reason = reason };
            }
        }
    }

    /// <summary>The entries that undo it, at the same times, each of which names the one that it undoes.</summary>
    public static IEnumerable<LedgerEntry> Undoing(MadeAllocation made, string? by, string? reason) => Of(made, by, reason).Select(entry => entry with
    {
        OperationScope = entry.OperationScope!.Replace(Made, TakenBack, StringComparison.Ordinal),
        AmountNanos = -entry.AmountNanos,
        CorrectedEntryId = entry.Id,
        Before = entry.After,
        After = null,
    });

    private const string Made = "made";
    private const string TakenBack = "taken back";

    // Several parts are of one time, so that their places tell them apart. The names are the same for all allocations, because each of them is kept once.
    private static LedgerEntry Of(MadeAllocation made, int share, int time, Dictionary<string, string> scopes) => new()
    {
        Kind = LedgerEntryKind.Allocation,
        OperationId = made.Allocation.Id,
        OperationScope = string.Create(CultureInfo.InvariantCulture, $"{Made} {made.Version}, part {share + 1}"),
        Partition = made.Allocation.Partition,
        Time = made.Times[time],
        Scopes = scopes,
        AmountNanos = made.Shares[share].Nanos[time],
        Currency = made.Allocation.Currency,
    };
}
