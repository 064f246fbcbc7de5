using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace BudgetFirewall;

/// <summary>Describes the fault of a body by the names that the body has, not those of .NET.</summary>
internal static class JsonFaults
{
    /// <summary>The fault that a body was refused for.</summary>
    /// <param name="fault">The serializer's exception.</param>
    /// <param name="json">The body.</param>
    /// <param name="typeInfo">The type that the body was read as.</param>
    public static FieldException FieldOf(JsonException fault, ReadOnlySpan<byte> json, JsonTypeInfo typeInfo)
    {
        if (fault.InnerException is JsonException)
            return new("body", $"The body is not JSON: line {fault.LineNumber + 1}, byte {fault.BytePositionInLine + 1}.");
        var field = FieldName(fault.Path);
        if (fault is AmountException amount)
            return new(field, $"{field} must be {amount.Expected}.");
        // The serializer reads no further than the fault: a bad name before that is the fault.
        return JsonNames.FindFault(json[..OffsetOf(fault, json)], typeInfo) ?? new(field, $"{field} has a value of the wrong type.");
    }

    private static int OffsetOf(JsonException fault, ReadOnlySpan<byte> json)
    {
        var start = 0;
        for (var line = fault.LineNumber ?? 0; line > 0; line--)
            start += json[start..].IndexOf((byte)'\n') + 1;
        return (int)Math.Min(start + (fault.BytePositionInLine ?? 0), json.Length);
    }

    private static string FieldName(string? path) => path switch
    {
        null or "" or "$" => "body",
        _ when path.StartsWith("$.", StringComparison.Ordinal) => path[2..],
        _ => path.TrimStart('$'),
    };
}
