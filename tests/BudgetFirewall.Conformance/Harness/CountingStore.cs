using BudgetFirewall.Storage;

namespace BudgetFirewall.Conformance;

/// <summary>A client of a store that counts the decisions that reach it, and lets a test stop each answer on its way back.</summary>
public sealed class CountingStore(IBudgetStore inner) : StoreDecorator(inner)
{
    private int _decisions;
    private int _answers;

    public int Decisions => Volatile.Read(ref _decisions);

    /// <summary>The number of decisions that the store has answered, those included whose answers are stopped.</summary>
    public int Answers => Volatile.Read(ref _answers);

    /// <summary>What the answer to a decision waits for.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    public override async ValueTask<DecisionAnswer> DecideAsync(DecisionCall call)
    {
        Interlocked.Increment(ref _decisions);
        var answer = await base.DecideAsync(call);
        var gate = Gate;
        Interlocked.Increment(ref _answers);
        await gate;
        return answer;
    }
}
