using BudgetFirewall.Conformance;

namespace BudgetFirewall.Reliability;

/// <summary>The check of histories finds what is wrong with those that were broken on purpose.</summary>
public sealed class BrokenHistoriesAreCaughtTests
{
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(10);
    private static readonly DateTimeOffset Start = new(2026, 5, 6, 12, 0, 0, TimeSpan.Zero);
    private static readonly IReadOnlyList<Budget> Budgets = [new() { Scope = BudgetScope.Global, Limit = 2m, Period = BudgetPeriod.Year }];

    // Two callers are granted, a third is denied, one commits a half, the third is granted at last; a call nobody heard of again took effect, another did not.
    private static readonly History Whole = new(
        [
            Call("a", CallVerb.Reserve, 1m, 0, 10, CallOutcome.Done),
            Call("b", CallVerb.Reserve, 1m, 5, 15, CallOutcome.Done),
            Call("c", CallVerb.Reserve, 1m, 20, 30, CallOutcome.Denied),
            Call("a", CallVerb.Commit, 0.5m, 40, 45, CallOutcome.Unknown),
            Call("a", CallVerb.Commit, 0.5m, 46, 50, CallOutcome.Done),
            Call("b", CallVerb.Release, 0m, 55, 60, CallOutcome.Done),
            Call("d", CallVerb.Spend, 1m, 70, 80, CallOutcome.Unknown),
            Call("e", CallVerb.Spend, 0.1m, 70, 80, CallOutcome.Unknown),
        ],
        [
            Step("b", CallVerb.Reserve), Step("a", CallVerb.Reserve), Step("c", CallVerb.Reserve, hasWritten: false),
            Step("a", CallVerb.Commit), Step("a", CallVerb.Commit, hasWritten: false), Step("b", CallVerb.Release), Step("d", CallVerb.Spend),
        ],
        new Dictionary<BudgetScope, (decimal, decimal)> { [BudgetScope.Global] = (1.5m, 0m) },
        Start.AddSeconds(1));

    public static TheoryData<string> Faults => new(Broken.Keys);

    private static Dictionary<string, History> Broken { get; } = new()
    {
        ["loses an acknowledged charge"] = Whole with { Steps = [.. Whole.Steps.Where(step => step.Verb != CallVerb.Commit)], Totals = Totals(1m) },
        ["charges a repeated commit again"] = With(4, Step("a", CallVerb.Commit)),
        ["admits beyond the limit"] = With(2, Step("c", CallVerb.Reserve)),
        ["denies though there is room"] = Whole with { Steps = [Whole.Steps[2], .. Whole.Steps.Take(2), .. Whole.Steps.Skip(3)] },
        ["denies what then takes effect"] = Whole with { Steps = [.. Whole.Steps, Step("c", CallVerb.Reserve)], Totals = Totals(1.5m, held: 1m) },
        ["does what nobody asked for"] = Whole with { Steps = [.. Whole.Steps, Step("x", CallVerb.Spend)] },
        ["does something before it was asked for"] = Whole with { Steps = [Whole.Steps[^1], .. Whole.Steps.Take(6)] },
        ["does something after it was answered"] = Whole with { Steps = [.. Whole.Steps.Where(step => step.Verb != CallVerb.Release), Step("b", CallVerb.Release)] },
        ["tells two callers to be the first"] = WithCall(3, call => call with { Outcome = CallOutcome.Done }),
        ["keeps a released hold"] = Whole with { Totals = Totals(1.5m, held: 1m) },
        ["forgets a charge of which nobody heard again"] = Whole with { Totals = Totals(0.5m) },
        ["counts a charge that never was"] = Whole with { Totals = Totals(1.6m) },
        ["releases a reservation that was committed"] = Whole with
        {
            Calls = [.. Whole.Calls, Call("a", CallVerb.Release, 0m, 90, 95, CallOutcome.Done)],
            Steps = [.. Whole.Steps, Step("a", CallVerb.Release)],
        },
    };

    [Fact]
    public void A_history_with_repetitions_a_denial_and_unanswered_calls_passes() => HistoryCheck.Run(Whole, Budgets, Lease);

    [Theory]
    [MemberData(nameof(Faults))]
    public void A_history_is_caught_whose_store(string fault) => FluentActions.Invoking(() => HistoryCheck.Run(Broken[fault], Budgets, Lease)).Should().ThrowExactly<ModelDifferenceException>();

    private static History With(int at, StoreStep step) => Whole with { Steps = [.. Whole.Steps.Take(at), step, .. Whole.Steps.Skip(at + 1)] };

    private static History WithCall(int at, Func<TracedCall, TracedCall> change) =>
        Whole with { Calls = [.. Whole.Calls.Select((call, i) => i == at ? change(call) : call)] };

    private static Dictionary<BudgetScope, (decimal, decimal)> Totals(decimal spent, decimal held = 0m) => new() { [BudgetScope.Global] = (spent, held) };

    private static TracedCall Call(string id, CallVerb verb, decimal amount, long began, long ended, CallOutcome outcome) =>
        new(id, verb, (long)(amount * 1_000_000_000m), null, began, ended, outcome, IsReplay: false);

    private static StoreStep Step(string id, CallVerb verb, bool hasWritten = true) => new(Start, verb, id, hasWritten);
}
