using Microsoft.Extensions.Logging;

namespace BudgetFirewall;

/// <summary>Says once that calls name no model, so that the prices of models do not count. Thread-safe.</summary>
internal sealed class ModelWarning(ILogger logger)
{
    private int _isLogged;

    public void GiveFor(BudgetRequest request)
    {
        if (request is { Model: null, Cost: null } && Interlocked.Exchange(ref _isLogged, 1) == 0)
            AILog.ModelMissing(logger, DisplayText.Escape(request.Provider));
    }
}
