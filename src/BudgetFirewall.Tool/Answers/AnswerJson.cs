using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace BudgetFirewall.Tool;

/// <summary>The JSON of answers: camelCase, amounts as text, nulls left out, as the HTTP service has it.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(StatusAnswer))]
[JsonSerializable(typeof(BudgetAnswer))]
[JsonSerializable(typeof(BudgetList))]
[JsonSerializable(typeof(EntryAnswer))]
[JsonSerializable(typeof(EntryList))]
[JsonSerializable(typeof(RefundAnswer))]
[JsonSerializable(typeof(ReconciliationAnswer))]
[JsonSerializable(typeof(LedgerAnswer))]
[JsonSerializable(typeof(ReceiptAnswer))]
[JsonSerializable(typeof(WhatIfAnswer))]
[JsonSerializable(typeof(IReadOnlyDictionary<string, string>))]
internal sealed partial class AnswerJson : JsonSerializerContext
{
    /// <summary>As <see cref="Default"/>, with letters of all scripts as they are. Control characters are escaped by JSON itself.</summary>
    public static AnswerJson Readable => field ??= new(new JsonSerializerOptions(Default.Options) { Encoder = JavaScriptEncoder.Create(System.Text.Unicode.UnicodeRanges.All) });
}
