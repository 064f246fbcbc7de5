using BudgetFirewall.Storage;

namespace BudgetFirewall.Ledger.Tests;

/// <summary>A store whose answers to corrections are lost, or that does not get them, as if a process had died then, or whose clock runs away.</summary>
internal sealed class FaultyCorrections(IBudgetStore inner) : DelegatingBudgetStore(inner)
{
    public enum Fault
    {
        None,
        NotReached,
        AnswerLost,
        TooLate,
    }

    public Fault Next { get; set; }

    /// <summary>Called before each correction.</summary>
    public Func<Task> Before { get; set; } = () => Task.CompletedTask;

    public override async ValueTask<CorrectionAnswer> CorrectAsync(CorrectionCall call)
    {
        await Before();
        if (Next == Fault.NotReached)
            throw new BudgetStoreException("The store cannot be reached.");
        if (Next == Fault.TooLate)
            return new() { Status = CorrectionStatus.TooLate, Now = call.NotAfter.AddHours(1) };
        var answer = await Inner.CorrectAsync(call);
        return Next == Fault.AnswerLost ? throw new BudgetStoreException("The answer was lost.") : answer;
    }
}
