namespace BudgetFirewall;

/// <summary>A firewall that knows which providers are configured. One that does not, as an application's own, has metrics without names of providers.</summary>
internal interface IProviderTagSource
{
    /// <summary>The value of the metric tag for a request's provider.</summary>
    string ProviderTagOf(string provider);
}
