using System.Text.Json;
using System.Text.Json.Serialization;

namespace BudgetFirewall;

/// <summary>Periods as JSON: their text form.</summary>
internal sealed class BudgetPeriodJsonConverter : JsonConverter<BudgetPeriod>
{
    public override BudgetPeriod Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        try
        {
            return BudgetPeriod.Parse(reader.GetString() ?? "");
        }
        catch (FormatException e)
        {
            throw new JsonException($"A period {e.Message}.", e);
        }
    }

    public override void Write(Utf8JsonWriter writer, BudgetPeriod value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}
