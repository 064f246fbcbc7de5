namespace BudgetFirewall;

/// <summary>The start of a guarded call.</summary>
internal static class CallStart
{
    /// <summary>Reserves. A call that was cancelled in the meantime is not made, and so not paid for.</summary>
    /// <exception cref="OperationCanceledException">The call was cancelled; nothing is held.</exception>
    public static async ValueTask<GuardedCall> BeginUnlessCancelledAsync(this CallGuard guard, BudgetRequest request, CancellationToken cancellationToken)
    {
        var call = await guard.BeginAsync(request, cancellationToken).ConfigureAwait(false);
        if (cancellationToken.IsCancellationRequested)
        {
            await call.ReleaseAsync().ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
        }
        return call;
    }
}
