using System.Text;
using BudgetFirewall.Receipts;

namespace BudgetFirewall.AspNetCore.Tests;

/// <summary>The receipts of the ledger over HTTP.</summary>
public sealed class ReceiptServiceTests : IDisposable
{
    private const string Origin = "example.com/ledger";

    private readonly EcdsaSigner _signer = EcdsaSigner.Generate();

    public void Dispose() => _signer.Dispose();

    [Fact]
    public async Task A_charge_has_a_receipt_that_is_valid_here_and_without_the_service()
    {
        await using var app = await LedgerApp.StartAsync(ledger: Configure);
        var id = await app.RecordAsync("""{"provider":"openai","userId":"alice","cost":"0.0025","operationId":"one"}""");

        var text = await (await app.Service.SendAsync(HttpMethod.Get, $"/receipts/{id}")).Content.ReadAsStringAsync();

        var receipt = LedgerReceipt.Parse(Encoding.UTF8.GetBytes(text));
        (receipt.Entry.Id, receipt.Entry.UserId, receipt.Entry.AmountNanos, receipt.LeafIndex, receipt.TreeSize).Should().Be((id, "alice", 2_500_000, 0L, 1L));
        ReceiptVerifier.Verify(Encoding.UTF8.GetBytes(text), [_signer.Key], Origin).IsValid.Should().BeTrue();
        var verified = await app.Service.PostForJsonAsync("/receipts/verify", text);
        ((bool)verified["isValid"]!, verified["fault"], verified["reason"]).Should().Be((true, null, null));
    }

    [Fact]
    public async Task A_receipt_that_was_changed_is_answered_with_what_is_wrong()
    {
        await using var app = await LedgerApp.StartAsync(ledger: Configure);
        var id = await app.RecordAsync("""{"provider":"openai","cost":"0.0025"}""");
        var text = await (await app.Service.SendAsync(HttpMethod.Get, $"/receipts/{id}")).Content.ReadAsStringAsync();

        var changed = await app.Service.PostForJsonAsync("/receipts/verify", text.Replace("0.0025", "0.0024", StringComparison.Ordinal));
        var nothing = await app.Service.PostForJsonAsync("/receipts/verify", "{}");

        ((bool)changed["isValid"]!, (string)changed["fault"]!, string.IsNullOrEmpty((string)changed["reason"]!)).Should().Be((false, "not_in_tree", false));
        ((bool)nothing["isValid"]!, (string)nothing["fault"]!).Should().Be((false, "unreadable"));
        await Problem.OfAsync(await app.Service.SendAsync(HttpMethod.Post, "/receipts/verify", text, mediaType: "text/plain"), 415);
    }

    [Fact]
    public async Task The_checkpoint_is_that_of_all_that_was_charged_before()
    {
        await using var app = await LedgerApp.StartAsync(ledger: Configure);
        (long Size, bool IsSigned) Read(string text) => LedgerCheckpoint.Parse(text) is var checkpoint ? (checkpoint.TreeSize, checkpoint.IsSignedBy(_signer.Key)) : default;

        Read((string)(await app.Service.GetForJsonAsync("/receipts/checkpoint"))["checkpoint"]!).Should().Be((0, true));
        await app.RecordAsync("""{"provider":"openai","cost":1}""");
        await app.RecordAsync("""{"provider":"openai","cost":1}""");
        var reply = await app.Service.GetForJsonAsync("/receipts/checkpoint");

        Read((string)reply["checkpoint"]!).Should().Be((2, true));
        ((string)reply["origin"]!, (long)reply["treeSize"]!).Should().Be((Origin, 2));
        LedgerCheckpoint.Parse((string)reply["checkpoint"]!).Root.ToString().Should().Be((string)reply["rootHash"]!);
    }

    [Fact]
    public async Task A_checkpoint_is_signed_anew_at_most_once_in_an_interval_however_often_it_is_asked_for()
    {
        var clock = new ManualTimeProvider(new(2026, 3, 10, 12, 0, 0, TimeSpan.Zero));
        await using var app = await LedgerApp.StartAsync(clock: clock, ledger: Configure);
        async Task<long> SizeAsync() => (long)(await app.Service.GetForJsonAsync("/receipts/checkpoint"))["treeSize"]!;
        await app.RecordAsync("""{"provider":"openai","cost":1}""");
        (await SizeAsync()).Should().Be(1);
        for (var i = 0; i < 3; i++)
        {
            await app.RecordAsync("""{"provider":"openai","cost":1}""");
            (await SizeAsync()).Should().Be(1);
        }

        clock.Advance(TimeSpan.FromSeconds(10));

        (await SizeAsync()).Should().Be(4);
    }

    [Fact]
    public async Task A_log_without_entries_is_not_signed_each_time_that_its_checkpoint_is_asked_for()
    {
        await using var app = await LedgerApp.StartAsync(ledger: Configure);
        async Task<string> CheckpointAsync() => (string)(await app.Service.GetForJsonAsync("/receipts/checkpoint"))["checkpoint"]!;

        (await CheckpointAsync()).Should().Be(await CheckpointAsync());
    }

    [Theory]
    [InlineData(typeof(InvalidOperationException))]
    [InlineData(typeof(TaskCanceledException))]
    public async Task A_signer_that_fails_in_whatever_way_is_a_ledger_that_does_not_answer(Type failure)
    {
        await using var app = await LedgerApp.StartAsync(ledger: options => options.Receipts = new() { Origin = Origin, Signer = new FailingSigner(_signer.Key, failure) });
        var id = await app.RecordAsync("""{"provider":"openai","cost":1}""");

        foreach (var path in new[] { "/receipts/checkpoint", $"/receipts/{id}" })
            ((string)(await Problem.OfAsync(await app.Service.SendAsync(HttpMethod.Get, path), 503))["type"]!).Should().Be("urn:budgetfirewall:ledger-unavailable");
    }

    [Fact]
    public async Task What_has_no_receipt_is_not_found_and_without_receipts_or_a_ledger_nothing_is()
    {
        await using (var app = await LedgerApp.StartAsync(ledger: Configure))
            await Problem.OfAsync(await app.Service.SendAsync(HttpMethod.Get, "/receipts/0006484b3f2a4240-0123456789abcdef"), 404);
        await using (var app = await LedgerApp.StartAsync())
        {
            foreach (var path in new[] { "/receipts/0006484b3f2a4240-0123456789abcdef", "/receipts/checkpoint" })
                ((string)(await Problem.OfAsync(await app.Service.SendAsync(HttpMethod.Get, path), 501))["type"]!).Should().Be("urn:budgetfirewall:receipts-missing");
        }
        await using var service = await ServiceApp.StartAsync();
        ((string)(await Problem.OfAsync(await service.PostAsync("/receipts/verify", "{}"), 501))["type"]!).Should().Be("urn:budgetfirewall:ledger-missing");
    }

    [Fact]
    public async Task A_receipt_of_another_partition_is_one_that_does_not_exist()
    {
        await using var app = await LedgerApp.StartAsync(options => options.PartitionBy = "tenant", ledger: Configure);
        var id = await app.RecordAsync("""{"provider":"openai","cost":1,"dimensions":{"tenant":"acme"}}""");

        var receipt = await app.Service.GetForJsonAsync($"/receipts/{id}?partition=acme");

        LedgerCheckpoint.Parse((string)receipt["checkpoint"]!).Origin.Should().Be($"{Origin}/partitions/acme");
        await Problem.OfAsync(await app.Service.SendAsync(HttpMethod.Get, $"/receipts/{id}?partition=other"), 404);
        await Problem.OfAsync(await app.Service.SendAsync(HttpMethod.Get, $"/receipts/{id}"), 400);
    }

    private void Configure(LedgerOptions options) => options.Receipts = new() { Origin = Origin, Signer = _signer };

    private sealed class FailingSigner(ReceiptKey key, Type failure) : ISigner
    {
        public ReceiptKey Key => key;

        public ValueTask<byte[]> SignAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken = default) => throw (Exception)Activator.CreateInstance(failure)!;
    }
}
