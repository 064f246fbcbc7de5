namespace BudgetFirewall;

/// <summary>The start of a guarded call.</summary>
internal static class CallStart
{
    /// <summary>Reserves for a call. Where it was cancelled in the meantime, it is not made, and its hold is released.</summary>
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
