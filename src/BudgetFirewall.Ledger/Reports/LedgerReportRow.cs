using System.Collections.Immutable;

namespace BudgetFirewall;

/// <summary>One row of a report. Immutable.</summary>
/// <param name="Names">The names grouped by, in the order of the request; null where entries have none, and in the row of the rest.</param>
/// <param name="Interval">The first moment of the row's span, UTC; null where the report has one span.</param>
/// <param name="Amount">The money spent, in currency units, to the nano.</param>
/// <param name="Count">The number of paid calls.</param>
/// <param name="IsRest">True for the row of all groups that are not among the top ones.</param>
/// <param name="Allocated">The parts of shared costs that were allocated, in currency units, to the nano; not in <paramref name="Amount"/>.</param>
public sealed record LedgerReportRow(ImmutableArray<string?> Names, DateTimeOffset? Interval, decimal Amount, long Count, bool IsRest, decimal Allocated = 0);
