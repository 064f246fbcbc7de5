using System.Text;
using System.Text.Json;
using BudgetFirewall.Storage;
using StackExchange.Redis;

namespace BudgetFirewall;

/// <summary>Reads a runtime budget or rate limit as the catalog keeps it. One that cannot be read must not make the others unreadable.</summary>
internal static class StoredLimit
{
    private const string ScopeName = "s";

    // No UTF-8 text has this byte, so that the ids of rate limits, which begin with it, are never those of budgets.
    private const byte RateLimitMark = 0xFF;

    /// <summary>The field of a limit.</summary>
    public static RedisValue FieldOf(LimitKey key) => key.Kind switch
    {
        LimitKind.Budget => key.Id,
        LimitKind.RateLimit => (byte[])[RateLimitMark, .. Encoding.UTF8.GetBytes(key.Id)],
        _ => throw new InvalidOperationException($"There is no kind of limit {key.Kind}."),
    };

    /// <summary>The limit that a field is of.</summary>
    public static LimitKey KeyOf(RedisValue field)
    {
        var bytes = (byte[]?)field ?? [];
        return bytes is [RateLimitMark, .. var id] ? new(LimitKind.RateLimit, Encoding.UTF8.GetString(id)) : new(LimitKind.Budget, Encoding.UTF8.GetString(bytes));
    }

    /// <summary>The limit; null when it cannot be read, and <paramref name="unreadable"/> then describes it.</summary>
    public static LimitDefinition? Read(LimitKey key, byte[] json, out UnreadableLimit? unreadable)
    {
        unreadable = null;
        try
        {
            var limit = LimitJson.Read(key.Kind, json, out var hasUnknownMembers);
            if (limit.Key == key && !hasUnknownMembers)
                return limit;
            var reason = hasUnknownMembers ? "it has members that this version does not know" : $"it is kept under another id than its own, '{limit.Key.Id}'";
            unreadable = new(key, reason, limit.Budget?.Scope ?? limit.RateLimit!.Scope);
        }
#pragma warning disable CA1031 // Whatever is wrong with a foreign value, it is a foreign value.
        catch (Exception e)
#pragma warning restore CA1031
        {
            unreadable = new(key, e.Message, ScopeIn(json) ?? ScopeOf(key.Id));
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
