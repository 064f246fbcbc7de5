using BudgetFirewall.Sample.Log;

namespace BudgetFirewall.Sample.Replay;

/// <summary>What a replay notes down as it goes.</summary>
internal sealed class ReplayLedger(UsageLog log)
{
    private readonly List<CallOutcome> _outcomes = [];
    private readonly List<BadLine> _badLines = [.. log.BadLines];
    private readonly List<FiredWarning> _warnings = [];
    private readonly Dictionary<(string, BudgetScope), BudgetState> _latest = [];
    private int _denied;
    private decimal _spent;

    public void Denied(UsageLogEntry call, BudgetDecision decision)
    {
        _denied++;
        _outcomes.Add(new() { Call = call, Denial = decision, Reserved = 0 });
        Note(decision.Budgets);
    }

    public void Granted(BudgetDecision decision) => Note(decision.Budgets);

    public void Charged(UsageLogEntry call, decimal reserved, ChargeReceipt receipt)
    {
        _spent += receipt.Cost;
        _outcomes.Add(new() { Call = call, Receipt = receipt, Reserved = reserved });
        _warnings.AddRange(receipt.Warnings.Select(warning => new FiredWarning(call.EndsAt, warning)));
        Note(receipt.Budgets);
    }

    public void Unpriced(UsageLogEntry call, UnknownPriceException e) => _badLines.Add(new(call.Line, e.Message));

    public ReplayProgress Progress(DateTimeOffset now, int inFlight) => new()
    {
        Time = now,
        CallsSeen = _outcomes.Count + inFlight,
        CallsInLog = log.Calls.Count,
        Denied = _denied,
        InFlight = inFlight,
        Spent = _spent,
        Warnings = _warnings,
        Budgets = _latest.Values,
    };

    public ReplayReport Report(DateTimeOffset now, string currency, IReadOnlyList<BudgetState> budgets) => new()
    {
        Currency = currency,
        EndedAt = now,
        Outcomes = [.. _outcomes.OrderBy(outcome => outcome.Call.Time).ThenBy(outcome => outcome.Call.Line)],
        BadLines = [.. _badLines.OrderBy(line => line.Line)],
        Warnings = _warnings,
        Budgets = budgets,
    };

    private void Note(IReadOnlyList<BudgetState> states)
    {
        foreach (var state in states)
            _latest[(state.BudgetId, state.Scope)] = state;
    }
}
