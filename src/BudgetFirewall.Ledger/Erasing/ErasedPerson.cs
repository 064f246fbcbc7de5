using System.Text;
using System.Text.Json;
using BudgetFirewall.Receipts;

namespace BudgetFirewall.Storage;

/// <summary>A person who is erased, and what takes the place of the id in texts. Immutable.</summary>
/// <param name="Kind">The kind of scope.</param>
/// <param name="Id">The id.</param>
/// <param name="ErasedId">What takes its place.</param>
internal sealed record ErasedPerson(string Kind, string Id, string ErasedId)
{
    private const int ShortestUnmistakable = 8;

    /// <summary>The longest part of the id that is the same in every form of a text: letters and digits of ASCII, which neither JSON nor a database writes in another way. Empty where there is none.</summary>
    public string Part { get; } = PartOf(Id);

    /// <summary>The text with the erased id wherever it names the person; the same text where it does not.</summary>
    public string Replace(string text) => PersonalText.Replace(text, Kind, Id, ErasedId);

    /// <summary>JSON with the erased id in each text of it; the same JSON where it names nobody. What is no object or list is a text.</summary>
    public string ReplaceInJson(string json)
    {
        if (json is not ['{' or '[', ..])
            return Replace(json);
        try
        {
            using var document = JsonDocument.Parse(json);
            using var written = new MemoryStream();
            var isChanged = false;
            using (var writer = new Utf8JsonWriter(written))
                Write(writer, document.RootElement, ref isChanged);
            return isChanged ? Encoding.UTF8.GetString(written.ToArray()) : json;
        }
        catch (JsonException)
        {
            return Replace(json);
        }
    }

    /// <summary>The text of a field of an entry with the erased id.</summary>
    public string Replace(PersonalField field, string text) => field.IsJson ? ReplaceInJson(text) : Replace(text);

    /// <summary>True where a text has the id inside of a longer word, and the id is too long for that to be chance.</summary>
    public bool IsInside(string text) => Id.Length >= ShortestUnmistakable && Replace(text).Contains(Id, StringComparison.Ordinal);

    private void Write(Utf8JsonWriter writer, JsonElement element, ref bool isChanged)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var property in element.EnumerateObject())
                {
                    // A name alone is that of a member; one that is made of data says of which kind it is.
                    writer.WritePropertyName(property.Name.Contains('=', StringComparison.Ordinal) ? Replaced(property.Name, ref isChanged) : property.Name);
                    Write(writer, property.Value, ref isChanged);
                }
                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in element.EnumerateArray())
                    Write(writer, item, ref isChanged);
                writer.WriteEndArray();
                break;
            case JsonValueKind.String:
                writer.WriteStringValue(Replaced(element.GetString()!, ref isChanged));
                break;
            case JsonValueKind.Undefined or JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False or JsonValueKind.Null:
                element.WriteTo(writer);
                break;
            default:
                throw new InvalidOperationException($"There is no JSON of the kind {element.ValueKind}.");
        }
    }

    private string Replaced(string text, ref bool isChanged)
    {
        var replaced = Replace(text);
        isChanged |= replaced != text;
        return replaced;
    }

    private static string PartOf(string id)
    {
        var (longest, start) = ("", 0);
        for (var i = 0; i <= id.Length; i++)
        {
            if (i < id.Length && char.IsAsciiLetterOrDigit(id[i]))
                continue;
            if (i - start > longest.Length)
                longest = id[start..i];
            start = i + 1;
        }
        return longest;
    }
}
