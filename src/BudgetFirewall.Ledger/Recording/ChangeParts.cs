using System.Globalization;

namespace BudgetFirewall;

/// <summary>The parts of what is told in several entries. The scope of the operation's id tells them apart; the first has none.</summary>
internal static class ChangeParts
{
    private const string Prefix = "part ";

    public static string? ScopeOf(int part) => part == 0 ? null : string.Create(CultureInfo.InvariantCulture, $"{Prefix}{part + 1}");

    public static int PartOf(string? scope) =>
        scope?.StartsWith(Prefix, StringComparison.Ordinal) == true && int.TryParse(scope.AsSpan(Prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number - 1 : 0;
}
