using System.Diagnostics;
using BudgetFirewall.Receipts;

namespace BudgetFirewall.Ledger.Tests.Receipts;

/// <summary>The commands on the page about receipts, run as they stand there: by bash, OpenSSL and jq (see test.sh).</summary>
public sealed class VerifyItYourselfTests : IAsyncLifetime
{
    private const int Entries = 7;

    private readonly string _folder = Directory.CreateTempSubdirectory("receipts").FullName;
    private readonly List<byte[]> _receipts = [];

    public async Task InitializeAsync()
    {
        using var signer = EcdsaSigner.Generate();
        await using var ledger = SqliteLedger.Open($"Data Source={Path.Combine(_folder, "ledger.db")}");
        var receipts = LedgerReceipts.Of(ledger, new() { Origin = "example.com/ledger", Signer = signer });
        var entries = Enumerable.Range(0, Entries).Select(i => new LedgerEntry
        {
            Kind = LedgerEntryKind.Charge,
            OperationId = $"operation-{i}",
            Time = new DateTimeOffset(2026, 3, 10, 12, 0, i, TimeSpan.Zero).AddMicroseconds(123_450),
            Scopes = new Dictionary<string, string> { ["user"] = "alice" },
            AmountNanos = 1_900_000 + i,
        }).ToArray();
        await ledger.AppendAsync(entries);
        foreach (var entry in entries)
            _receipts.Add((await receipts.GetAsync(entry.Id))!.ToJson());
        await File.WriteAllTextAsync(Path.Combine(_folder, "ledger-key.pub.pem"), signer.Key.ToPem());
    }

    public Task DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        return Task.CompletedTask;
    }

    [Fact]
    public async Task The_commands_find_each_receipt_valid_and_one_that_was_changed_not()
    {
        foreach (var receipt in _receipts)
            (await RunAsync(receipt)).Should().Be("Verified OK\nin the log\n");

        var text = System.Text.Encoding.UTF8.GetString(_receipts[3]);
        (await RunAsync(System.Text.Encoding.UTF8.GetBytes(text.Replace("operation-3", "operation-2", StringComparison.Ordinal)))).Should().Be("Verified OK\n");
        (await RunAsync(System.Text.Encoding.UTF8.GetBytes(text.Replace("ledger\\n7", "ledger\\n8", StringComparison.Ordinal)))).Should().NotContain("Verified OK");
    }

    private async Task<string> RunAsync(byte[] receipt)
    {
        await File.WriteAllBytesAsync(Path.Combine(_folder, "receipt.json"), receipt);
        using var process = Process.Start(new ProcessStartInfo("bash", ["-c", Commands()]) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = _folder })!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(1));
        (await errors).Should().NotContain("command not found", "the commands need bash, openssl and jq");
        return await output;
    }

    private static string Commands()
    {
        using var reader = new StreamReader(typeof(VerifyItYourselfTests).Assembly.GetManifestResourceStream("receipts.md")!);
        var page = reader.ReadToEnd();
        var section = page[page.IndexOf("## Verify it yourself", StringComparison.Ordinal)..];
        return string.Concat(section[..section.IndexOf("\n## ", 5, StringComparison.Ordinal)].Split("```sh").Skip(1).Select(block => block[..block.IndexOf("```", StringComparison.Ordinal)]));
    }
}
