using System.Text.Json;
using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>Reads a runtime budget as it is kept. One that cannot be read must not make the others unreadable.</summary>
internal static class StoredBudget
{
    private const string ScopeName = "s";

    /// <summary>The budget; null when it cannot be read, and <paramref name="unreadable"/> then describes it.</summary>
    public static Budget? Read(string id, byte[] json, out UnreadableBudget? unreadable)
    {
        unreadable = null;
        try
        {
            var budget = BudgetJson.Read(json, out var hasUnknownMembers);
            if (budget.Id == id && !hasUnknownMembers)
                return budget;
            var reason = hasUnknownMembers ? "it has members that this version does not know" : $"it is kept under another id than its own, '{budget.Id}'";
            unreadable = new(id, reason, budget.Scope);
        }
#pragma warning disable CA1031 // Whatever is wrong with a foreign value, it is a foreign value.
        catch (Exception e)
#pragma warning restore CA1031
        {
            unreadable = new(id, e.Message, ScopeIn(json) ?? ScopeOf(id));
        }
        return null;
    }

    private static BudgetScope? ScopeIn(byte[] json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return document.RootElement.TryGetProperty(ScopeName, out var scope) && scope.GetString() is { } text ? BudgetScope.Parse(text) : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or ArgumentException)
        {
            return null;
        }
    }

    // An id that was derived begins with the scope; one that was given seldom looks like that.
    private static BudgetScope? ScopeOf(string id)
    {
        var end = id.IndexOf('/', StringComparison.Ordinal);
        try
        {
            return end > 0 ? BudgetScope.Parse(Uri.UnescapeDataString(id[..end])) : null;
        }
        catch (Exception e) when (e is FormatException or ArgumentException)
        {
            return null;
        }
    }
}
