using System.Globalization;
using System.Text;
using BudgetFirewall.Storage;

namespace BudgetFirewall.Redis.Tests;

/// <summary>Makes entries that say in words what they are of.</summary>
internal sealed class EntryTexts : IEntryMaker
{
    public static string Of(StreamedEntry entry) => Encoding.UTF8.GetString(entry.Content.Span);

    public ReadOnlyMemory<byte> OfCharge(DecisionCall call, DateTimeOffset now) =>
        Bytes($"{call.Kind} {call.OperationId} of {string.Join('+', call.Limits.Take(call.BudgetCount).Select(limit => PeriodOf(((CounterRule)limit.Rule).Family, now)))}");

    public ReadOnlyMemory<byte> OfCommit(SettleCall call, DateTimeOffset now) => Bytes($"Commit {call.Reservation.OperationId} of {call.CostNanos}");

    public ReadOnlyMemory<byte> OfAllowance(AllowanceCall call, DateTimeOffset now) => Bytes($"{(call.IsRevocation ? "Revoke" : "Grant")} {call.OperationId} of {PeriodOf(call.Rule.Family, now)}");

    public ReadOnlyMemory<byte> OfCorrection(CorrectionCall call, DateTimeOffset now) => Bytes($"Correction {call.CorrectionId} of {call.AmountNanos}");

    public ReadOnlyMemory<byte> OfApproval(DecideApprovalCall call, DateTimeOffset now) => Bytes($"{call.State} by {call.By}");

    public ReadOnlyMemory<byte> OfChange(LimitChange change, DateTimeOffset now) => Bytes($"{change.Kind} {change.Id} {change.Part}: {change.After}");

    public ReadOnlyMemory<byte> OfReset(string? partition, CounterFamily family, string scopeId, DateTimeOffset now) => Bytes($"Reset {partition} {scopeId} of {PeriodOf(family, now)}");

    private static string PeriodOf(CounterFamily family, DateTimeOffset now) => family.Calendar.At(now).Start.ToString("MM-dd", CultureInfo.InvariantCulture);

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
