using System.Collections.Frozen;
using System.Text;
using System.Text.Json;

namespace BudgetFirewall.Storage;

/// <summary>Replaces the id of a person in JSON, by what its members mean, so that amounts, times and words of a format stay as they are. For one use.</summary>
/// <param name="person">The person.</param>
/// <param name="isOfState">True for what a store keeps, which has persons in members of one letter too: who asks, for whom, and who has decided.</param>
internal sealed class ErasedJson(ErasedPerson person, bool isOfState)
{
    /// <summary>The members with what somebody has written or who did it, as entries have it too.</summary>
    private static readonly FrozenSet<string> Texts = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase, "by", "actor", "reason", "note", "resolution", "acknowledgedBy", "resolvedBy", "decidedBy", "operationId", "operationScope", "subject");

    /// <summary>The members with ids and names of other things, and with sentences, which numbers and words are a part of. Those of one letter are of limits: id, name and pool.</summary>
    private static readonly FrozenSet<string> Names = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase, "id", "budgetId", "rateLimitId", "approvalId", "poolId", "allocationId", "reservationId", "name", "source", "text", "cause", "i", "n", "g");

    private static readonly FrozenSet<string> Persons = FrozenSet.Create(StringComparer.Ordinal, "u", "s", "w", "o");

    private bool _isChanged;

    /// <summary>The JSON with the erased id; the same JSON where it names nobody.</summary>
    /// <exception cref="JsonException">It is no JSON.</exception>
    public string Replace(string json)
    {
        using var document = JsonDocument.Parse(json);
        using var written = new MemoryStream();
        using (var writer = new Utf8JsonWriter(written))
            Write(writer, document.RootElement, "");
        return _isChanged ? Encoding.UTF8.GetString(written.ToArray()) : json;
    }

    private void Write(Utf8JsonWriter writer, JsonElement element, string member)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var property in element.EnumerateObject())
                {
                    writer.WritePropertyName(Changed(property.Name, person.ReplaceScope(property.Name)));
                    Write(writer, property.Value, property.Name);
                }
                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in element.EnumerateArray())
                    Write(writer, item, IsOfKind(member) ? member : "");
                writer.WriteEndArray();
                break;
            case JsonValueKind.String:
                var text = element.GetString()!;
                writer.WriteStringValue(Changed(text, Replace(member, text)));
                break;
            case JsonValueKind.Undefined or JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False or JsonValueKind.Null:
                element.WriteTo(writer);
                break;
            default:
                throw new InvalidOperationException($"There is no JSON of the kind {element.ValueKind}.");
        }
    }

    private string Replace(string member, string text)
    {
        var isOfPerson = IsOfKind(member) || (isOfState && Persons.Contains(member));
        if (isOfPerson && text == person.Id)
            return person.ErasedId;
        if (Texts.Contains(member))
            return person.Replace(text);
        return Names.Contains(member) || (isOfState && Persons.Contains(member)) ? person.ReplaceName(text) : person.ReplaceScope(text);
    }

    /// <summary>True for a member that has ids of the person's kind: <c>user</c> in a list of scopes by their kinds, and <c>userId</c>.</summary>
    private bool IsOfKind(string member) =>
        member.StartsWith(person.Kind, StringComparison.Ordinal) && (member.Length == person.Kind.Length || member.AsSpan(person.Kind.Length).SequenceEqual("Id"));

    private string Changed(string text, string next)
    {
        _isChanged |= next != text;
        return next;
    }
}
