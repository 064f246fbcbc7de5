using System.Diagnostics;

namespace BudgetFirewall;

/// <summary>The spans of operations, as their callers see them. Nobody listens mostly; <see cref="IsWanted"/> keeps what a span takes out of the way then.</summary>
internal static class OperationTrace
{
    private static readonly ActivitySource Source = new(BudgetFirewallDiagnostics.ActivitySourceName);

    public static bool IsWanted => Source.HasListeners();

    /// <summary>Does an operation in a span of its own. One that fails is marked by its exception's type; messages may name scopes and stay out.</summary>
    /// <param name="operation">The span's name.</param>
    /// <param name="provider">The request's provider; null when the request is not at hand.</param>
    /// <param name="call">The operation.</param>
    /// <param name="outcome">The outcome of its result; null where there is none.</param>
    public static async ValueTask<T> RunAsync<T>(string operation, string? provider, Func<ValueTask<T>> call, Func<T, string>? outcome = null)
    {
        using var activity = Source.StartActivity(operation);
        if (provider is not null)
            activity?.SetTag(BudgetFirewallDiagnostics.ProviderTag, provider);
        try
        {
            var result = await call().ConfigureAwait(false);
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

    /// <inheritdoc cref="RunAsync{T}"/>
    public static async ValueTask RunAsync(string operation, string? provider, Func<ValueTask> call) => _ = await RunAsync(operation, provider, async () =>
    {
        await call().ConfigureAwait(false);
        return true;
    }).ConfigureAwait(false);
}
