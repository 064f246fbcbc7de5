using System.Text.Json;
using Microsoft.Extensions.AI;

namespace BudgetFirewall;

/// <summary>The service tier in which a call ran, where the client tells it beside the answer.</summary>
internal static class AnsweredTier
{
    private static readonly string[] Names = ["service_tier", "ServiceTier"];

    /// <summary>The tier's name; null when it is not told, or is none that a usage can have.</summary>
    public static string? Of(AdditionalPropertiesDictionary? properties)
    {
        if (properties is null)
            return null;
        foreach (var name in Names)
        {
            if (properties.TryGetValue(name, out var value) && TextOf(value) is { } tier && IsTier(tier))
                return tier;
        }
        return null;
    }

    private static string? TextOf(object? value) => value switch
    {
        string text => text,
        JsonElement { ValueKind: JsonValueKind.String } json => json.GetString(),
        _ => null,
    };

    private static bool IsTier(string text)
    {
        try
        {
            _ = new BudgetUsage { ServiceTier = text };
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
