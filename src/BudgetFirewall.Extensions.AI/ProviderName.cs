namespace BudgetFirewall;

internal static class ProviderName
{
    /// <exception cref="ArgumentException">The provider is neither given nor known.</exception>
    public static string Of(string? given, string? known) => given ?? (string.IsNullOrEmpty(known)
        ? throw new ArgumentException("Provider must be given: the client does not say the name of its provider.", nameof(given))
        : known);
}
