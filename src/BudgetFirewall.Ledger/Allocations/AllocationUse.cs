using System.Data.Common;
using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>Measures what scopes have used in the time of an allocation, in one session of the ledger.</summary>
internal static class AllocationUse
{
    /// <summary>The scopes that get a part, each with its weight.</summary>
    /// <exception cref="ArgumentException">No entry has a name of the kind that gets parts.</exception>
    /// <exception cref="NothingUsedException">Nobody has used anything.</exception>
    public static async ValueTask<IReadOnlyList<AllocationTarget>> WeightsAsync(LedgerSession session, CostAllocation allocation, CancellationToken cancellationToken)
    {
        if (!allocation.IsMeasured)
            return allocation.Targets;
        var weights = new List<AllocationTarget>();
        foreach (var kind in allocation.Each is { } each ? [each] : allocation.Targets.Select(target => target.Scope.Kind).Distinct())
        {
            var used = await OfKindAsync(session, allocation, kind, cancellationToken).ConfigureAwait(false);
            weights.AddRange(allocation.Each is null
                ? allocation.Targets.Where(target => target.Scope.Kind == kind).Select(target => target with { Weight = Math.Max(used.GetValueOrDefault(target.Scope.Id), 0) })
                : used.Where(use => use.Value > 0).Select(use => new AllocationTarget(BudgetScope.Of(kind, use.Key), use.Value)));
        }
        return weights.Exists(target => target.Weight >= AllocationCheck.LeastWeight) ? weights : throw new NothingUsedException(DisplayText.Escape(
            $"The allocation '{allocation.Id}' is divided by the method {allocation.Method}, and nobody that it is for has used anything from {allocation.From:O} to {allocation.To:O}."));
    }

    private static async ValueTask<Dictionary<string, decimal>> OfKindAsync(LedgerSession session, CostAllocation allocation, string kind, CancellationToken cancellationToken)
    {
        var kindId = await ReportReader.KindAsync(session, kind, allocation.Partition, allocation.Each is null ? nameof(allocation.Targets) : nameof(allocation.Each), cancellationToken).ConfigureAwait(false);
        var request = new LedgerReportRequest { From = allocation.From, To = allocation.To, GroupBy = [kind], Partition = allocation.Partition, Scopes = allocation.UsedWith };
        var spans = new ReportSpans(request);
        return allocation.Method == AllocationMethod.ByUsage && allocation.Unit != UsageUnits.Request
            ? await UnitsAsync(session, allocation, kindId, spans, cancellationToken).ConfigureAwait(false)
            : (await ReportReader.ReadAsync(session, request, spans, cancellationToken).ConfigureAwait(false)).Rows
                .Where(row => row.Names[0] is not null).ToDictionary(row => row.Names[0]!, row => UseOf(allocation.Method, row), StringComparer.Ordinal);
    }

    private static decimal UseOf(AllocationMethod method, LedgerReportRow row) => method switch
    {
        AllocationMethod.Even => row.Count > 0 ? 1 : 0,
        AllocationMethod.ByCost => row.Amount,
        AllocationMethod.ByUsage => row.Count,
        AllocationMethod.FixedShares or AllocationMethod.ByMetric => throw new InvalidOperationException($"The method {method} measures nothing."),
        _ => throw new InvalidOperationException($"There is no method {method}."),
    };

    /// <summary>Units have no roll-ups: the usage of every entry is read.</summary>
    private static async ValueTask<Dictionary<string, decimal>> UnitsAsync(LedgerSession session, CostAllocation allocation, long kind, ReportSpans spans, CancellationToken cancellationToken)
    {
        var used = new Dictionary<string, decimal>(StringComparer.Ordinal);
        var filters = new List<long>();
        foreach (var (filterKind, scope) in LedgerScopes.Filters(allocation.Partition, allocation.UsedWith))
        {
            if (await EntryReader.FindScopeAsync(session, filterKind, scope, cancellationToken).ConfigureAwait(false) is not { } id)
                return used;
            filters.Add(id);
        }
        var (from, to) = (LedgerTime.Microseconds(spans.From), LedgerTime.Microseconds(spans.To));
        var command = session.Command<long>("use_of_usage", [], filters).With("kind", kind).With("first", EntryKey.First(from)).With("end", EntryKey.End(to)).With("from", from).With("to", to);
        await using var _ = command.ConfigureAwait(false);
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var __ = reader.ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            Add(used, reader, allocation.Unit!);
        return used;
    }

    private static void Add(Dictionary<string, decimal> used, DbDataReader reader, string unit)
    {
        if (UsageText.Parse(reader.Text(1)) is { } usage && usage.TryGetUnit(unit, out var amount))
            used[reader.Text(0)] = used.GetValueOrDefault(reader.Text(0)) + amount;
    }
}
