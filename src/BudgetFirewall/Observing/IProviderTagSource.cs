namespace BudgetFirewall;

/// <summary>
/// A firewall that knows which providers are configured. A firewall without this interface, such as an application's own, has metrics without names of
/// providers.
/// </summary>
internal interface IProviderTagSource
{
    /// <summary>The value of the metric tag for a request's provider.</summary>
    string ProviderTagOf(string provider);
}
