namespace BudgetFirewall.Policy.Tests.Scripts;

/// <summary>The constants of the table of layouts that the client knows by a type.</summary>
internal static class LayoutConstants
{
    private const string Table = "src/BudgetFirewall.Redis/Scripts/layouts.txt";

    /// <summary>The names of a type's constants, in their order.</summary>
    public static IReadOnlyList<string> Of(string type) =>
        [.. File.ReadLines(Repository.At(Table))
            .SkipWhile(line => !(line.StartsWith("constants ", StringComparison.Ordinal) && line.EndsWith(" " + type, StringComparison.Ordinal)))
            .Skip(1)
            .TakeWhile(line => line.StartsWith("  ", StringComparison.Ordinal))
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[0])];
}
