namespace BudgetFirewall;

/// <summary>Reads the schedule of a budget or rate limit from configuration.</summary>
internal static class ScheduleReader
{
    private const string Key = nameof(Budget.Schedule);

    /// <summary>Reads a schedule if one is given.</summary>
    public static void Read(SectionReader limit, Action<IReadOnlyList<ScheduleRow>> take)
    {
        if (!limit.Has(Key))
            return;
        var errors = limit.Errors;
        var before = errors.Count;
        var rows = new List<ScheduleRow>();
        foreach (var item in limit.Items(Key))
            rows.Add(ReadRow(new(item, errors)));
        if (errors.Count == before)
            OptionError.Try(errors, limit.PathOf(Key), rows.Count == 1 ? "1 row" : $"{rows.Count} rows", () => take(rows));
    }

    private static ScheduleRow ReadRow(SectionReader section)
    {
        var row = new ScheduleRow();
        section.ReadList(nameof(row.Days), ConfiguredValue.Name<DayOfWeek>, days => row = row with { Days = days });
        section.Read(nameof(row.From), text => row = row with { From = ScheduleRow.ParseTime(text) });
        section.Read(nameof(row.Until), text => row = row with { Until = ScheduleRow.ParseTime(text) });
        section.Read(nameof(row.TimeZone), text => row = row with { TimeZone = text });
        section.Read(nameof(row.Limit), text => row = row with { Limit = ConfiguredValue.Decimal(text) });
        section.Read(nameof(row.Capacity), text => row = row with { Capacity = ConfiguredValue.Decimal(text) });
        section.Read(nameof(row.RefillPerSecond), text => row = row with { RefillPerSecond = ConfiguredValue.Decimal(text) });
        section.Read(nameof(row.RatePerSecond), text => row = row with { RatePerSecond = ConfiguredValue.Decimal(text) });
        section.RefuseOthers();
        return row;
    }
}
