namespace BudgetFirewall;

internal static class ServiceTierName
{
    /// <summary>The name of a service tier as prices have it: null for the standard one, under whatever name the provider gives it.</summary>
    public static string? Of(string? name) => name is null or "" or "default" or "auto" or "standard" or "standard_only" ? null : name;
}
