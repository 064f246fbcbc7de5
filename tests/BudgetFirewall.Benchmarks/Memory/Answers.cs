namespace BudgetFirewall.Benchmarks.Memory;

internal static class Answers
{
    /// <summary>The answer of the memory store, which is there at once.</summary>
    public static T AtOnce<T>(this ValueTask<T> answer) =>
        answer.IsCompletedSuccessfully ? answer.Result : throw new InvalidOperationException("The answer was not there at once.");
}
