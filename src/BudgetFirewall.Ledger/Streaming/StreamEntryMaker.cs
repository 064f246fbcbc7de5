using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>Makes entries for a store that keeps them in a stream.</summary>
internal sealed class StreamEntryMaker(EntryFactory entries) : IEntryMaker
{
    public ReadOnlyMemory<byte> OfCharge(DecisionCall call, DateTimeOffset now)
    {
        var limits = new long?[call.BudgetCount];
        for (var i = 0; i < limits.Length; i++)
            limits[i] = LimitOf((CounterRule)call.Limits[i].Rule);
        return StreamedContent.Write(entries.OfCharge(call, new() { Status = DecisionStatus.Done, Now = now }), limits);
    }

    public ReadOnlyMemory<byte> OfCommit(SettleCall call, DateTimeOffset now) => StreamedContent.Write(
        entries.OfCommit(call, new() { Status = SettleStatus.Done, Now = now }), [.. call.Reservation.Counters.Select(held => LimitOf(held.Rule))]);

    public ReadOnlyMemory<byte> OfAllowance(AllowanceCall call, DateTimeOffset now) =>
        StreamedContent.Write(entries.OfAllowance(call, new() { Status = AllowanceStatus.Done, Now = now, Moved = call.Amount }));

    public ReadOnlyMemory<byte> OfCorrection(CorrectionCall call, DateTimeOffset now) => StreamedContent.Write(
        entries.OfCorrection(call, new() { Status = CorrectionStatus.Done, Now = now, DoneAt = now, Moved = [.. call.Counters.Select(static counter => counter.Amount)] }));

    public ReadOnlyMemory<byte> OfApproval(DecideApprovalCall call, DateTimeOffset now) =>
        StreamedContent.Write(entries.OfApproval(call, call.Approval with { Amount = call.Amount, DecidedBy = call.By, Note = call.Note }, now));

    public ReadOnlyMemory<byte> OfChange(LimitChange change, DateTimeOffset now) => StreamedContent.Write(entries.OfChange(change, now));

    public ReadOnlyMemory<byte> OfReset(string? partition, CounterFamily family, string scopeId, DateTimeOffset now) =>
        StreamedContent.Write(entries.OfReset(partition, family, scopeId, new(now, family.Calendar.At(now).Start, Spent: 0)));

    private static long? LimitOf(CounterRule rule) => rule.Unit is null && rule.Enforcement.Denies ? rule.Limit : null;
}
