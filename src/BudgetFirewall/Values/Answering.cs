using System.Runtime.ExceptionServices;

namespace BudgetFirewall;

/// <summary>Goes on with an answer: at once where it is there, as in memory, and otherwise when it comes.</summary>
internal static class Answering
{
    public static ValueTask<TResult> Then<TAnswer, TResult>(this ValueTask<TAnswer> answering, Func<TAnswer, TResult> next) =>
        answering.Then(next, static (next, answer) => next(answer));

    /// <param name="answering">The answer.</param>
    /// <param name="argument">What else it takes to go on, so that nothing needs to be captured.</param>
    /// <param name="next">What to go on with.</param>
    public static ValueTask<TResult> Then<TArgument, TAnswer, TResult>(this ValueTask<TAnswer> answering, TArgument argument, Func<TArgument, TAnswer, TResult> next)
    {
        if (!answering.IsCompletedSuccessfully)
            return WaitAsync(answering, argument, next);
        try
        {
            return new(next(argument, answering.Result));
        }
#pragma warning disable CA1031 // It is thrown to whoever awaits, as it would be had the answer taken time.
        catch (Exception e)
#pragma warning restore CA1031
        {
            return FailAsync<TResult>(e);
        }
    }

    /// <summary>A failure that whoever awaits it meets.</summary>
    public static async ValueTask<T> FailAsync<T>(Exception exception)
    {
        await default(ValueTask).ConfigureAwait(false);
        ExceptionDispatchInfo.Throw(exception);
        return default;
    }

    private static async ValueTask<TResult> WaitAsync<TArgument, TAnswer, TResult>(
        ValueTask<TAnswer> answering, TArgument argument, Func<TArgument, TAnswer, TResult> next) => next(argument, await answering.ConfigureAwait(false));
}
