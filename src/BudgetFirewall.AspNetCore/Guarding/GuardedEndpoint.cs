namespace BudgetFirewall;

/// <summary>How the requests of one endpoint are guarded.</summary>
/// <param name="Guard">How; null when they are let alone.</param>
/// <param name="Watched">How it is noticed that the endpoint's handler is reached.</param>
/// <param name="IsAskedFor">True when the endpoint itself asks for a budget; false where every request is guarded.</param>
internal sealed record GuardedEndpoint(BudgetGuard? Guard, WatchedEndpoint Watched, bool IsAskedFor);
