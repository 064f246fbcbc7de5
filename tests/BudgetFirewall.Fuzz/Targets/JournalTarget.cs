using BudgetFirewall.Storage;
using BudgetFirewall.Testing;

namespace BudgetFirewall.Fuzz.Targets;

/// <summary>Journal files of the outbox: taken up, or refused with a message; what can be read again is the same again, and nothing is charged twice.</summary>
internal sealed class JournalTarget : IFuzzTarget
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("budgetfirewall-fuzz-");

    public string Name => "journal";

    private string FilePath => Path.Combine(_folder.FullName, "charges.journal");

    public Task StartAsync() => Task.CompletedTask;

    public async Task RunAsync(byte[] input)
    {
        foreach (var file in _folder.GetFiles())
            file.Delete();
        await File.WriteAllBytesAsync(FilePath, input);
        try
        {
            var first = await ReadAsync();
            if (await ReadAsync() != first)
                throw new BrokenInvariantException("What was taken up once is something else the next time.");
        }
        catch (InvalidOperationException e) when (IsRefused(e.Message))
        {
            if (!(await File.ReadAllBytesAsync(FilePath)).AsSpan().SequenceEqual(input))
                throw new BrokenInvariantException("A file that was refused was changed.");
        }
    }

    // Another firewall's, no journal, or not understood.
    private static bool IsRefused(string message) =>
        message.Contains("KeyPrefix", StringComparison.Ordinal) || message.Contains("cannot be read: it", StringComparison.Ordinal);

    public ValueTask DisposeAsync()
    {
        _folder.Delete(recursive: true);
        return default;
    }

    private async Task<(int Count, decimal Amount)> ReadAsync()
    {
        var chaos = new ChaosBudgetStore(new MemoryBudgetStore(TimeProvider.System));
        chaos.Strike(StoreCalls.All, StoreFault.NotReached);
        await using var firewall = new BudgetFirewallBuilder()
            .Configure(options =>
            {
                options.Outbox.IsEnabled = true;
                options.Outbox.Path = FilePath;
                options.Outbox.DrainTimeout = TimeSpan.Zero;
                options.OperationIdRetention = TimeSpan.FromDays(30);
            })
            .UseStore(_ => chaos)
            .Build();
        return (firewall.Outbox.Count, firewall.Outbox.Amount);
    }
}
