using System.Diagnostics;

namespace BudgetFirewall;

/// <summary>Makes the spans of operations. Mostly there is no listener, and the operation is only called.</summary>
internal static class OperationTrace
{
    private static readonly ActivitySource Source = new(BudgetFirewallDiagnostics.ActivitySourceName);

    public static bool IsWanted => Source.HasListeners();

    /// <summary>
    /// Runs an operation, in a span of its own when there is a listener. A failure is marked with the exception's type; its message may name scopes and is left
    /// out.
    /// </summary>
    /// <param name="operation">The span's name.</param>
    /// <param name="provider">The request's provider; null when the request is not at hand.</param>
    /// <param name="argument">The argument of the operation, passed so that the delegate captures nothing.</param>
    /// <param name="call">The operation.</param>
    /// <param name="outcome">The outcome of its result; null where there is none.</param>
    public static ValueTask<T> RunAsync<TArgument, T>(
        string operation, string? provider, TArgument argument, Func<TArgument, ValueTask<T>> call, Func<T, string>? outcome = null) =>
        IsWanted ? TraceAsync(operation, provider, argument, call, outcome) : call(argument);

    /// <inheritdoc cref="RunAsync{TArgument, T}"/>
    public static ValueTask RunAsync<TArgument>(string operation, string? provider, TArgument argument, Func<TArgument, ValueTask> call) =>
        IsWanted ? TraceAsync(operation, provider, argument, call) : call(argument);

    private static async ValueTask TraceAsync<TArgument>(string operation, string? provider, TArgument argument, Func<TArgument, ValueTask> call) =>
        _ = await TraceAsync(
            operation,
            provider,
            (argument, call),
            static async traced =>
            {
                await traced.call(traced.argument).ConfigureAwait(false);
                return true;
            },
            outcome: null).ConfigureAwait(false);

    private static async ValueTask<T> TraceAsync<TArgument, T>(
        string operation, string? provider, TArgument argument, Func<TArgument, ValueTask<T>> call, Func<T, string>? outcome)
    {
        using var activity = Source.StartActivity(operation);
        if (provider is not null)
            activity?.SetTag(BudgetFirewallDiagnostics.ProviderTag, DisplayText.Escape(provider));
        try
        {
            var result = await call(argument).ConfigureAwait(false);
            if (outcome is not null)
                activity?.SetTag(BudgetFirewallDiagnostics.OutcomeTag, outcome(result));
            return result;
        }
        catch (Exception e)
        {
            activity?.SetTag(BudgetFirewallDiagnostics.ErrorTypeTag, e.GetType().FullName).SetStatus(ActivityStatusCode.Error);
            throw;
        }
    }
}
