namespace BudgetFirewall;

internal static class ProviderName
{
    /// <exception cref="ArgumentException">The provider is neither given nor known.</exception>
    public static string Of(string? given, string? known) => given ?? (string.IsNullOrEmpty(known)
        ? throw new ArgumentException(
            "The options must set Provider, as in WithBudget(firewall, options => options.Provider = \"openai\"): the client's metadata do not name its provider.",
            "Provider")
        : known);
}
