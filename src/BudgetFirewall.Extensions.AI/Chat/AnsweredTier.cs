using System.Text.Json;
using Microsoft.Extensions.AI;

namespace BudgetFirewall;

/// <summary>The service tier in which a call ran, where the client tells it beside the answer.</summary>
internal static class AnsweredTier
{
    private static readonly string[] Names = ["service_tier", "ServiceTier"];

    /// <summary>Reads the tier; false when it is not reported, or is none that a usage can have.</summary>
    /// <param name="properties">The properties of the answer; null for none.</param>
    /// <param name="tier">The tier's name; null for the standard one, under any of its names.</param>
    public static bool TryRead(AdditionalPropertiesDictionary? properties, out string? tier)
    {
        tier = null;
        if (properties is null)
            return false;
        foreach (var name in Names)
        {
            if (!properties.TryGetValue(name, out var value) || TextOf(value) is not { } text || !BudgetScope.IsValidId(text))
                continue;
            tier = BudgetUsage.ServiceTierNamed(text);
            return true;
        }
        return false;
    }

    private static string? TextOf(object? value) => value switch
    {
        string text => text,
        JsonElement { ValueKind: JsonValueKind.String } json => json.GetString(),
        _ => null,
    };
}
