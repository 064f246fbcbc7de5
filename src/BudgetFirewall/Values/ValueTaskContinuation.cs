using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;

namespace BudgetFirewall;

/// <summary>
/// Continues with the answer of a <see cref="ValueTask{T}"/>: at once and without a state machine when it has completed, as in memory, and otherwise after
/// awaiting it.
/// </summary>
internal static class ValueTaskContinuation
{
    /// <summary>Continues with an answer. An exception of a continuation that runs at once is thrown by this call itself.</summary>
    /// <param name="answering">The answer.</param>
    /// <param name="argument">The argument of the continuation, passed so that the delegate captures nothing.</param>
    /// <param name="next">The continuation.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ValueTask<TResult> Then<TArgument, TAnswer, TResult>(this ValueTask<TAnswer> answering, TArgument argument, Func<TArgument, TAnswer, TResult> next) =>
        answering.IsCompletedSuccessfully ? new(next(argument, answering.Result)) : AwaitAsync(answering, argument, next);

    /// <inheritdoc cref="ThenOrFail{TArgument, TAnswer, TResult}"/>
    public static ValueTask<TResult> ThenOrFail<TAnswer, TResult>(this ValueTask<TAnswer> answering, Func<TAnswer, TResult> next) =>
        answering.ThenOrFail(next, static (next, answer) => next(answer));

    /// <summary>Continues with an answer. An exception of the continuation always fails the returned task and is never thrown by this call itself.</summary>
    /// <param name="answering">The answer.</param>
    /// <param name="argument">The argument of the continuation, passed so that the delegate captures nothing.</param>
    /// <param name="next">The continuation.</param>
    public static ValueTask<TResult> ThenOrFail<TArgument, TAnswer, TResult>(this ValueTask<TAnswer> answering, TArgument argument, Func<TArgument, TAnswer, TResult> next)
    {
        try
        {
            return answering.Then(argument, next);
        }
#pragma warning disable CA1031 // It is thrown to whoever awaits.
        catch (Exception e)
#pragma warning restore CA1031
        {
            return FailAsync<TResult>(e);
        }
    }

    /// <summary>
    /// Continues as <see cref="Then{TArgument, TAnswer, TResult, TFailure}"/> does, with a pooled state machine. For results that the library itself awaits, and once only: a caller of the public
    /// API may block on a pending result, which would return a pooled state machine to the pool while it is still in use.
    /// </summary>
    /// <inheritdoc cref="Then{TArgument, TAnswer, TResult, TFailure}"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ValueTask<TResult> ThenInside<TArgument, TAnswer, TResult, TFailure>(
        this ValueTask<TAnswer> answering, TArgument argument, Func<TArgument, TAnswer, TResult> next, Func<TArgument, TFailure, TResult> failed)
        where TFailure : Exception =>
        answering.IsCompletedSuccessfully ? new(next(argument, answering.Result)) : AwaitInsideAsync(answering, argument, next, failed);

    /// <summary>Continues with an answer, or with the exception that the task failed with. An exception of the continuation itself is not caught.</summary>
    /// <param name="answering">The answer.</param>
    /// <param name="argument">The argument of the continuations, passed so that the delegates capture nothing.</param>
    /// <param name="next">The continuation.</param>
    /// <param name="failed">The continuation after an exception of this type.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ValueTask<TResult> Then<TArgument, TAnswer, TResult, TFailure>(
        this ValueTask<TAnswer> answering, TArgument argument, Func<TArgument, TAnswer, TResult> next, Func<TArgument, TFailure, TResult> failed)
        where TFailure : Exception =>
        answering.IsCompletedSuccessfully ? new(next(argument, answering.Result)) : AwaitAsync(answering, argument, next, failed);

    /// <summary>Returns a task that fails with an exception.</summary>
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

    // The body is that of AwaitAsync: the builder belongs to the method, and calling the other one would take a second state machine.
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
