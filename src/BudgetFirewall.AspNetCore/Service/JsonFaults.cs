using System.Text.Json;

namespace BudgetFirewall;

/// <summary>What is wrong with a body, in the words of the body, not of .NET.</summary>
internal static class JsonFaults
{
    public static FieldException FieldOf(JsonException fault)
    {
        var field = FieldName(fault.Path);
        if (fault.InnerException is JsonException)
            return new("body", $"The body is not JSON: line {fault.LineNumber + 1}, byte {fault.BytePositionInLine + 1}.");
        if (fault.Message.Contains("could not be mapped", StringComparison.Ordinal))
            return Unknown(field, Quoted(fault.Message));
        if (fault.Message.StartsWith("Duplicate", StringComparison.Ordinal))
            return new(field, $"{Quoted(fault.Message) ?? field} is given twice.");
        return fault.Message.StartsWith("It must", StringComparison.Ordinal)
            ? new(field, field + fault.Message[2..])
            : new(field, $"{field} has a value of the wrong type.");
    }

    private static FieldException Unknown(string field, string? name)
    {
        if (name is not null && field != name && !field.EndsWith("." + name, StringComparison.Ordinal))
            field = field == "body" ? name : FieldException.Join(field, name);
        return new(field, $"{field} is not a known field.");
    }

    private static string? Quoted(string message)
    {
        var start = message.IndexOf('\'', StringComparison.Ordinal);
        var end = start < 0 ? -1 : message.IndexOf('\'', start + 1);
        return end < 0 ? null : message[(start + 1)..end];
    }

    private static string FieldName(string? path) => path switch
    {
        null or "" or "$" => "body",
        _ when path.StartsWith("$.", StringComparison.Ordinal) => path[2..],
        _ => path.TrimStart('$'),
    };
}
