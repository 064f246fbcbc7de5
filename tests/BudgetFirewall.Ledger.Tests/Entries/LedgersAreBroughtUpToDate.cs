namespace BudgetFirewall.Ledger.Tests;

/// <summary>What a former version has written reads as it did.</summary>
public abstract class LedgersAreBroughtUpToDate<THarness> : LedgerSuite<THarness> where THarness : ILedgerHarness, new()
{
    private static readonly LedgerReportRequest Day = new() { From = Noon.AddHours(-12), To = Noon.AddHours(12), GroupBy = ["user", "project"] };

    [Fact]
    public async Task Entries_whose_scopes_had_a_row_each_are_read_and_added_up_as_before()
    {
        LedgerEntry[] entries =
        [
            Charge("1", 1m, project: "search"), Charge("2", 2m, user: "bob"), Charge("3", 4m, user: null), Charge("4", 8m, project: "search"),
            new() { Kind = LedgerEntryKind.PoolChange, OperationId = "5", Time = Noon, After = "{}" },
        ];
        await Ledger.AppendAsync(entries);
        var (read, report, filtered) = (await ReadAllAsync(new()), await Ledger.ReportAsync(Day), await Ledger.ReportAsync(Day with { Scopes = Of(("user", "alice")).Scopes }));
        await GoBackToVersion15Async();
        await using var later = Harness.Open(Clock);

        (await later.AppendAsync([.. entries, Charge("6", 16m, project: "search")])).Should().Be(1);

        var page = await later.ReadEntriesAsync(new());
        page.Entries.Where(entry => entry.OperationId != "6").Should().BeEquivalentTo(read, options => options.ComparingByMembers<LedgerEntry>());
        page.Entries.Single(entry => entry.OperationId == "6").Scopes.Should().BeEquivalentTo(read.Single(entry => entry.OperationId == "1").Scopes);
        ((await later.ReportAsync(Day)).Amount, (await later.ReportAsync(Day)).Rows.Length).Should().Be((report.Amount + 16m, report.Rows.Length));
        (await later.ReportAsync(Day with { Scopes = Of(("user", "alice")).Scopes })).Amount.Should().Be(filtered.Amount + 16m).And.Be(25m);
        (await CountAsync("count(*) from ledger_attributions")).Should().Be(4, "an entry with the scopes of an earlier one has its attribution");
    }
}
