using System.Globalization;
using CsvHelper;
using CsvHelper.Configuration;
using CsvHelper.TypeConversion;

namespace BudgetFirewall.Sample.Log;

/// <summary>A usage log, read: its calls in the order of time, and the lines that could not be read.</summary>
public sealed record UsageLog(IReadOnlyList<UsageLogEntry> Calls, IReadOnlyList<BadLine> BadLines)
{
    /// <exception cref="UsageLogFormatException">The first line does not name the columns of a usage log.</exception>
    public static UsageLog Read(TextReader reader)
    {
        using var csv = new CsvReader(reader, new CsvConfiguration(CultureInfo.InvariantCulture) { BadDataFound = null });
        csv.Context.RegisterClassMap<UsageLogMap>();
        ReadHeader(csv);
        var calls = new List<UsageLogEntry>();
        var badLines = new List<BadLine>();
        while (csv.Read())
        {
            try
            {
                calls.Add(Checked(csv.GetRecord<UsageLogEntry>() with { Line = csv.Parser.RawRow }));
            }
            catch (Exception e) when (e is CsvHelperException or ArgumentException)
            {
                badLines.Add(new(csv.Parser.RawRow, Reason(e)));
            }
        }
        return new([.. calls.OrderBy(call => call.Time)], badLines);
    }

    private static void ReadHeader(CsvReader csv)
    {
        if (!csv.Read() || !csv.ReadHeader())
            throw new UsageLogFormatException("The log is empty.");
        try
        {
            csv.ValidateHeader<UsageLogEntry>();
        }
        catch (HeaderValidationException e)
        {
            var names = e.InvalidHeaders.SelectMany(header => header.Names);
            throw new UsageLogFormatException($"The log's first line lacks the columns: {string.Join(", ", names)}.");
        }
    }

    // Building both tells of amounts that no call can have before anything is replayed.
    private static UsageLogEntry Checked(UsageLogEntry entry)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(entry.DurationMs);
        _ = entry.ToRequest();
        _ = entry.ToUsage();
        return entry;
    }

    private static string Reason(Exception e) => e switch
    {
        TypeConverterException { Text: var text } conversion => $"'{text}' is not a value of the column {Column(conversion)}.",
        CsvHelper.MissingFieldException => "there are fewer values than columns.",
        _ => e.Message.ReplaceLineEndings(" "),
    };

    private static string Column(TypeConverterException e) =>
        e.Context?.Reader is { HeaderRecord: { } header, CurrentIndex: >= 0 and var index } && index < header.Length ? header[index] : "?";
}
