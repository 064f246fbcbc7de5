using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;

namespace BudgetFirewall;

/// <summary>
/// Continues with an answer: at once where it is there, as in memory, without a state machine, and otherwise when it comes.
/// </summary>
internal static class AtOnceOrAwaited
{
    /// <summary>Continues with an answer. A failure of a continuation that runs at once is thrown at once.</summary>
    /// <param name="answering">The answer.</param>
    /// <param name="argument">All else that it takes to go on, so that nothing needs to be captured.</param>
    /// <param name="next">The continuation.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ValueTask<TResult> Then<TArgument, TAnswer, TResult>(this ValueTask<TAnswer> answering, TArgument argument, Func<TArgument, TAnswer, TResult> next) =>
        answering.IsCompletedSuccessfully ? new(next(argument, answering.Result)) : AwaitAsync(answering, argument, next);

    /// <summary>Continues with an answer; a failure of the continuation is thrown to whoever awaits, as it would be had the answer taken time.</summary>
    /// <param name="answering">The answer.</param>
    /// <param name="next">The continuation.</param>
    public static ValueTask<TResult> ThenOrFail<TAnswer, TResult>(this ValueTask<TAnswer> answering, Func<TAnswer, TResult> next)
    {
        try
        {
            return answering.Then(next, static (next, answer) => next(answer));
        }
#pragma warning disable CA1031 // It is thrown to whoever awaits.
        catch (Exception e)
#pragma warning restore CA1031
        {
            return FailAsync<TResult>(e);
        }
    }

    /// <summary>
    /// As <see cref="Then{TArgument, TAnswer, TResult, TFailure}"/>, for answers that stay inside the library: they are awaited once, so that their state machines can be used again.
    /// A caller who blocks on an answer that is not there would let a pooled one be used twice.
    /// </summary>
    /// <inheritdoc cref="Then{TArgument, TAnswer, TResult, TFailure}"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ValueTask<TResult> ThenInside<TArgument, TAnswer, TResult, TFailure>(
        this ValueTask<TAnswer> answering, TArgument argument, Func<TArgument, TAnswer, TResult> next, Func<TArgument, TFailure, TResult> failed)
        where TFailure : Exception =>
        answering.IsCompletedSuccessfully ? new(next(argument, answering.Result)) : AwaitInsideAsync(answering, argument, next, failed);

    /// <summary>Continues with an answer, or with the failure that it ended in; a failure of the continuation itself is not caught.</summary>
    /// <param name="answering">The answer.</param>
    /// <param name="argument">All else that it takes to go on, so that nothing needs to be captured.</param>
    /// <param name="next">The continuation.</param>
    /// <param name="failed">The continuation after a failure of this type.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ValueTask<TResult> Then<TArgument, TAnswer, TResult, TFailure>(
        this ValueTask<TAnswer> answering, TArgument argument, Func<TArgument, TAnswer, TResult> next, Func<TArgument, TFailure, TResult> failed)
        where TFailure : Exception =>
        answering.IsCompletedSuccessfully ? new(next(argument, answering.Result)) : AwaitAsync(answering, argument, next, failed);

    /// <summary>Fails as an asynchronous call does.</summary>
    public static async ValueTask<T> FailAsync<T>(Exception exception)
    {
        await default(ValueTask).ConfigureAwait(false);
        ExceptionDispatchInfo.Throw(exception);
        return default;
    }

    private static async ValueTask<TResult> AwaitAsync<TArgument, TAnswer, TResult>(
        ValueTask<TAnswer> answering, TArgument argument, Func<TArgument, TAnswer, TResult> next) => next(argument, await answering.ConfigureAwait(false));

    private static async ValueTask<TResult> AwaitAsync<TArgument, TAnswer, TResult, TFailure>(
        ValueTask<TAnswer> answering, TArgument argument, Func<TArgument, TAnswer, TResult> next, Func<TArgument, TFailure, TResult> failed)
        where TFailure : Exception
    {
        TAnswer answer;
        try
        {
            answer = await answering.ConfigureAwait(false);
        }
        catch (TFailure e)
        {
            return failed(argument, e);
        }
        return next(argument, answer);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private static async ValueTask<TResult> AwaitInsideAsync<TArgument, TAnswer, TResult, TFailure>(
        ValueTask<TAnswer> answering, TArgument argument, Func<TArgument, TAnswer, TResult> next, Func<TArgument, TFailure, TResult> failed)
        where TFailure : Exception
    {
        TAnswer answer;
        try
        {
            answer = await answering.ConfigureAwait(false);
        }
        catch (TFailure e)
        {
            return failed(argument, e);
        }
        return next(argument, answer);
    }
}
