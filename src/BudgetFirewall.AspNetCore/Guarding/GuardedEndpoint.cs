namespace BudgetFirewall;

/// <summary>The guarding of the requests of one endpoint.</summary>
/// <param name="Guard">The options that guard them; null when they are not guarded.</param>
/// <param name="Watched">The watch over the endpoint, which notices when its handler is reached.</param>
/// <param name="IsAskedFor">True when the endpoint itself asks for a budget; false where it is guarded only because every request is.</param>
internal sealed record GuardedEndpoint(BudgetGuard? Guard, WatchedEndpoint Watched, bool IsAskedFor);
