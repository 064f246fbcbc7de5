using System.Runtime.CompilerServices;
using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>
/// Makes all calls to the store: no operation waits longer than <see cref="BudgetFirewallOptions.StoreTimeout"/>, and every failure is a
/// <see cref="BudgetStoreException"/>.
/// </summary>
internal sealed class StoreCaller(IBudgetStore store, SettingsSource settings, TimeProvider timeProvider, FirewallMetrics metrics)
{
    // A store that answers at once needs no deadline.
    private readonly bool _answersAtOnce = store is MemoryBudgetStore;

    /// <summary>The deadline of an operation that begins now.</summary>
    public StoreDeadline Begin(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return new(_answersAtOnce ? null : timeProvider.GetTimestamp(), cancellationToken);
    }

    /// <summary>Calls the store. Cancelling and the deadline stop the waiting, not the call.</summary>
    /// <param name="operation">The name of the operation, for the metrics.</param>
    /// <param name="call">The call.</param>
    /// <param name="argument">The argument of the call.</param>
    /// <param name="deadline">The deadline that ends the waiting.</param>
    /// <param name="onLate">Called with an answer that comes after the waiting has ended; null when such an answer is to be ignored.</param>
    /// <param name="isTimed">True when the time that the call takes is measured already.</param>
    public ValueTask<TAnswer> CallAsync<TArgument, TAnswer>(
        string operation,
        Func<IBudgetStore, TArgument, ValueTask<TAnswer>> call,
        TArgument argument,
        StoreDeadline deadline,
        Action<TArgument, TAnswer, Exception>? onLate = null,
        bool isTimed = false)
    {
        deadline.CancellationToken.ThrowIfCancellationRequested();
        if (metrics.IsStoreTimed && !isTimed)
            return TimeAsync(operation, call, argument, deadline, onLate);
        ValueTask<TAnswer> pending;
        try
        {
            pending = call(store, argument);
        }
#pragma warning disable CA1031 // Whatever a store throws, the firewall is blind.
        catch (Exception e)
#pragma warning restore CA1031
        {
            return ValueTask.FromException<TAnswer>(Failure(e));
        }
        return pending.IsCompletedSuccessfully ? pending : WaitAsync(pending, argument, deadline, onLate);
    }

    /// <summary>Waits for a turn, no longer than for an answer of the store.</summary>
    /// <exception cref="BudgetStoreException">The turn did not come in time.</exception>
    public async ValueTask WaitForTurnAsync(SemaphoreSlim turns, StoreDeadline deadline)
    {
        if (turns.Wait(TimeSpan.Zero, CancellationToken.None))
            return;
        var timeout = settings.Current.StoreTimeout;
        using var timeLeft = new CancellationTokenSource(Left(timeout, deadline), timeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeLeft.Token, deadline.CancellationToken);
        try
        {
            await turns.WaitAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!deadline.CancellationToken.IsCancellationRequested)
        {
            throw new BudgetStoreException($"Others of this process still waited for the store after {timeout}.") { MayHaveHappened = false };
        }
    }

    private async ValueTask<TAnswer> TimeAsync<TArgument, TAnswer>(
        string operation,
        Func<IBudgetStore, TArgument, ValueTask<TAnswer>> call,
        TArgument argument,
        StoreDeadline deadline,
        Action<TArgument, TAnswer, Exception>? onLate)
    {
        var start = timeProvider.GetTimestamp();
        try
        {
            return await CallAsync(operation, call, argument, deadline, onLate, isTimed: true).ConfigureAwait(false);
        }
        finally
        {
            metrics.StoreTook(operation, timeProvider.GetElapsedTime(start));
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<TAnswer> WaitAsync<TArgument, TAnswer>(
        ValueTask<TAnswer> pending, TArgument argument, StoreDeadline deadline, Action<TArgument, TAnswer, Exception>? onLate)
    {
        var task = pending.AsTask();
        var timeout = settings.Current.StoreTimeout;
        try
        {
            return await task.WaitAsync(Left(timeout, deadline), timeProvider, deadline.CancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (!task.IsFaulted && !task.IsCanceled)
        {
            // The answer may have come after the waiting ended and before it is given up here.
            if (task.IsCompletedSuccessfully)
                return await task.ConfigureAwait(false);
            _ = ObserveLateAsync(task, argument, e, onLate);
            if (e is OperationCanceledException)
                throw;
            throw new BudgetStoreException($"The store did not answer within {timeout}.", e);
        }
        catch (OperationCanceledException) when (deadline.CancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception e)
        {
            throw Failure(e);
        }
    }

    private TimeSpan Left(TimeSpan timeout, StoreDeadline deadline)
    {
        if (deadline.Start is not { } start)
            return timeout;
        var left = timeout - timeProvider.GetElapsedTime(start);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    private static async Task ObserveLateAsync<TArgument, TAnswer>(
        Task<TAnswer> task, TArgument argument, Exception reason, Action<TArgument, TAnswer, Exception>? onLate)
    {
        await ((Task)task).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (task.IsCompletedSuccessfully)
            onLate?.Invoke(argument, await task.ConfigureAwait(false), reason);
    }

    private static BudgetStoreException Failure(Exception e) => e as BudgetStoreException ?? new BudgetStoreException($"The store failed: {e.Message}", e);
}
