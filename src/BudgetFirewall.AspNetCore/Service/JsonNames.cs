using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace BudgetFirewall;

/// <summary>Looks for names in a body that are unknown there, or given twice.</summary>
internal static class JsonNames
{
    /// <summary>The first bad name; null for none.</summary>
    /// <param name="json">The beginning of a body, as far as it is known to be JSON.</param>
    /// <param name="typeInfo">The type that the body was read as.</param>
    public static FieldException? FindFault(ReadOnlySpan<byte> json, JsonTypeInfo typeInfo)
    {
        var reader = new Utf8JsonReader(json, isFinalBlock: false, state: default);
        try
        {
            return reader.Read() ? InValue(ref reader, typeInfo, "") : null;
        }
        // A name that is no text.
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static FieldException? InValue(ref Utf8JsonReader reader, JsonTypeInfo typeInfo, string path) => reader.TokenType switch
    {
        JsonTokenType.StartObject => InObject(ref reader, typeInfo, path),
        JsonTokenType.StartArray => InArray(ref reader, typeInfo, path),
        _ => null,
    };

    private static FieldException? InObject(ref Utf8JsonReader reader, JsonTypeInfo typeInfo, string path)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            var field = FieldException.Join(path, name);
            var type = MemberType(typeInfo, name);
            if (type is null)
                return new(field, $"{field} is not a known field.");
            if (!names.Add(name))
                return new(field, $"{field} is given twice.");
            if (reader.Read() && InValue(ref reader, typeInfo.Options.GetTypeInfo(type), field) is { } fault)
                return fault;
        }
        return null;
    }

    private static FieldException? InArray(ref Utf8JsonReader reader, JsonTypeInfo typeInfo, string path)
    {
        if (typeInfo.ElementType is not { } type)
            return null;
        var elementInfo = typeInfo.Options.GetTypeInfo(type);
        for (var i = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; i++)
        {
            if (InValue(ref reader, elementInfo, $"{path}[{i}]") is { } fault)
                return fault;
        }
        return null;
    }

    private static Type? MemberType(JsonTypeInfo typeInfo, string name) => typeInfo.Kind == JsonTypeInfoKind.Dictionary
        ? typeInfo.ElementType
        : typeInfo.Properties.FirstOrDefault(property => property.Name == name)?.PropertyType;
}
