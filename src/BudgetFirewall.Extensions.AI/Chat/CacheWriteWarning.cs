using Microsoft.Extensions.Logging;

namespace BudgetFirewall;

/// <summary>Warns once that cache writes are reported undivided for a model whose cache writes for an hour have a higher price. Thread-safe.</summary>
internal sealed class CacheWriteWarning(IBudgetFirewall firewall, ILogger logger)
{
    private int _isLogged;
    private string? _harmlessModel;

    public void GiveFor(BudgetRequest request, BudgetUsage usage, ChatTally tally)
    {
        if (usage is not { CacheWriteTokens: > 0, CacheWriteOneHourTokens: null } || request.Model is not { } model
            || _isLogged != 0 || model == _harmlessModel || !tally.HasUndividedCacheWrites)
            return;
        if (!IsDearerForAnHour(request, usage))
            _harmlessModel = model;
        else if (Interlocked.Exchange(ref _isLogged, 1) == 0)
            AILog.CacheWritesUndivided(logger, DisplayText.Escape(model));
    }

    private bool IsDearerForAnHour(BudgetRequest request, BudgetUsage usage)
    {
        var oneHour = usage with { CacheWriteTokens = null, CacheWriteOneHourTokens = usage.CacheWriteTokens };
        try
        {
            return firewall.Estimate(request with { Cost = null, Usage = oneHour }).Total > firewall.Estimate(request with { Cost = null, Usage = usage }).Total;
        }
#pragma warning disable CA1031 // A model without a price needs no warning, and a warning must not leave a call unsettled.
        catch (Exception)
#pragma warning restore CA1031
        {
            return false;
        }
    }
}
