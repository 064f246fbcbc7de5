using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace BudgetFirewall;

/// <summary>Amounts as texts of digits, which no reader takes for floating point; numbers are read too.</summary>
internal sealed class DigitsConverter : JsonConverter<decimal>
{
    public override decimal Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType == JsonTokenType.Number
        ? reader.GetDecimal()
        : decimal.TryParse(reader.GetString(), NumberStyles.Number, CultureInfo.InvariantCulture, out var amount) ? amount : throw new JsonException("An amount is a text of digits.");

    public override void Write(Utf8JsonWriter writer, decimal value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString(CultureInfo.InvariantCulture));
}
