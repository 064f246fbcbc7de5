using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using BudgetFirewall.Conformance;

namespace BudgetFirewall.Ledger.Tests;

/// <summary>Tests that every database passes.</summary>
public abstract class LedgerSuite<THarness> : IAsyncLifetime where THarness : ILedgerHarness, new()
{
    protected static readonly DateTimeOffset Noon = new(2026, 3, 10, 12, 0, 0, TimeSpan.Zero);

    /// <summary>The time that what one step of the clock brings about has, before another step is made.</summary>
    protected static readonly TimeSpan StepPatience = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan LittleStep = TimeSpan.FromMilliseconds(50);

    protected THarness Harness { get; } = new();

    protected ManualTimeProvider Clock { get; } = new(Noon);

    protected ILedger Ledger { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        await Harness.StartAsync();
        Ledger = Harness.Open(Clock);
    }

    public async Task DisposeAsync()
    {
        await Ledger.DisposeAsync();
        await Harness.DisposeAsync();
    }

    protected static LedgerEntry Charge(string operation, decimal amount, DateTimeOffset? time = null, string? user = "alice", string? project = null, string provider = "openai")
    {
        var scopes = new Dictionary<string, string> { ["provider"] = provider };
        if (user is not null)
            scopes["user"] = user;
        if (project is not null)
            scopes["project"] = project;
        return new() { Kind = LedgerEntryKind.Charge, OperationId = operation, Time = time ?? Noon, Scopes = scopes, Operation = "chat", AmountNanos = (long)(amount * 1_000_000_000m) };
    }

    protected static LedgerQuery Of(params (string Kind, string Id)[] scopes) => new() { Scopes = scopes.ToDictionary(scope => scope.Kind, scope => scope.Id) };

    /// <summary>All entries of a query, over its pages.</summary>
    protected async Task<List<LedgerEntry>> ReadAllAsync(LedgerQuery query)
    {
        var entries = new List<LedgerEntry>();
        for (string? cursor = null; ;)
        {
            var page = await Ledger.ReadEntriesAsync(query with { Cursor = cursor });
            entries.AddRange(page.Entries);
            if ((cursor = page.NextCursor) is null)
                return entries;
        }
    }

    protected static async Task WaitUntilAsync(Func<Task<bool>> isSo)
    {
        for (var watch = Stopwatch.StartNew(); watch.Elapsed < TimeSpan.FromMinutes(2); await Task.Delay(20))
        {
            if (await isSo())
                return;
        }
        throw new TimeoutException("It did not come about within two minutes.");
    }

    /// <summary>Lets time pass, step by step, until something is so. Whoever a step wakes waits again before the next one.</summary>
    protected Task PassUntilAsync(TimeSpan step, Func<Task<bool>> isSo) => PassUntilAsync(step, TimeSpan.Zero, isSo);

    protected Task PassUntilAsync(TimeSpan step, Func<bool> isSo) => WaitUntilAsync(async () =>
    {
        if (!isSo())
            await Clock.PassAsync(step, isSo);
        return isSo();
    });

    /// <summary>The same, for what one step is likely to bring about after a while, in which only little time passes: the next step is made when it has not come then.</summary>
    protected Task PassUntilAsync(TimeSpan step, TimeSpan patience, Func<Task<bool>> isSo)
    {
        long? stepped = null;
        return WaitUntilAsync(async () =>
        {
            if (await isSo())
                return true;
            var isTime = stepped is not { } last || Stopwatch.GetElapsedTime(last) >= patience;
            await Clock.PassAsync(isTime ? step : LittleStep, isSo);
            stepped = isTime ? Stopwatch.GetTimestamp() : stepped;
            return false;
        });
    }

    protected async Task<long> CountAsync(string what)
    {
        await using var connection = await Harness.ConnectAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = $"select {what}";
        return Convert.ToInt64(await command.ExecuteScalarAsync(), CultureInfo.InvariantCulture);
    }

    protected async Task ExecuteAsync(string text)
    {
        await using var connection = await Harness.ConnectAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = text;
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Makes of the tables what they were up to version 15: an attribution had a row for each of its scopes.</summary>
    protected async Task GoBackToVersion15Async()
    {
        await ExecuteAsync("drop view ledger_attribution_scopes");
        await ExecuteAsync("create table ledger_attribution_scopes (attribution_id bigint not null, kind_id bigint not null, scope_id bigint not null, primary key (attribution_id, kind_id))");
        foreach (var (id, scopes) in await AttributionsAsync())
        {
            foreach (var (kind, scope) in scopes)
                await ExecuteAsync($"insert into ledger_attribution_scopes (attribution_id, kind_id, scope_id) values ({id}, {kind}, {scope})");
            await ExecuteAsync($"update ledger_attributions set scopes = '{string.Join(',', scopes.Select(scope => scope.Scope))}' where id = {id}");
        }
        await ExecuteAsync("delete from ledger_versions where version > 15");
    }

    private async Task<List<(long Id, List<(string Kind, long Scope)> Scopes)>> AttributionsAsync()
    {
        await using var connection = await Harness.ConnectAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = "select id, scopes from ledger_attributions";
        await using var reader = await command.ExecuteReaderAsync();
        var attributions = new List<(long Id, List<(string Kind, long Scope)> Scopes)>();
        while (await reader.ReadAsync())
        {
            using var json = JsonDocument.Parse(reader.GetString(1));
            attributions.Add((reader.GetInt64(0), [.. json.RootElement.EnumerateObject().Select(scope => (scope.Name, scope.Value.GetInt64()))]));
        }
        return attributions;
    }
}
