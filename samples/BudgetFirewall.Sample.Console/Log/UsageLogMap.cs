using System.Globalization;
using CsvHelper.Configuration;

namespace BudgetFirewall.Sample.Log;

internal sealed class UsageLogMap : ClassMap<UsageLogEntry>
{
    private const DateTimeStyles Utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;

    public UsageLogMap()
    {
        Map(entry => entry.Time).Name("time").TypeConverterOption.DateTimeStyles(Utc);
        Map(entry => entry.User).Name("user");
        Map(entry => entry.Project).Name("project");
        Map(entry => entry.Provider).Name("provider");
        Map(entry => entry.Operation).Name("operation");
        Map(entry => entry.Model).Name("model").TypeConverterOption.NullValues("");
        Map(entry => entry.ExpectedInputTokens).Name("expected_input_tokens");
        Map(entry => entry.ExpectedOutputTokens).Name("expected_output_tokens");
        Map(entry => entry.ExpectedRecords).Name("expected_records");
        Map(entry => entry.InputTokens).Name("input_tokens");
        Map(entry => entry.CachedInputTokens).Name("cached_input_tokens");
        Map(entry => entry.OutputTokens).Name("output_tokens");
        Map(entry => entry.ReasoningTokens).Name("reasoning_tokens");
        Map(entry => entry.Records).Name("records");
        Map(entry => entry.RequestBytes).Name("request_bytes");
        Map(entry => entry.ResponseBytes).Name("response_bytes");
        Map(entry => entry.DurationMs).Name("duration_ms");
    }
}
