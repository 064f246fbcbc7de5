using System.Data.Common;
using BudgetFirewall.Storage;

namespace BudgetFirewall.Ledger.Tests.Erasing;

/// <summary>A charge whose person is erased while a second correction of it is noted. PostgreSQL tells who waits to write.</summary>
public sealed class ErasedWhileCorrectedTests : LedgerSuite<PostgresHarness>
{
    private const string Waiting = "count(*) from pg_locks where locktype = 'advisory' and not granted and database = (select oid from pg_database where datname = current_database())";

    [Fact]
    public async Task It_is_not_given_back_twice()
    {
        var (ledger, charge) = ((ICorrectionLedger)Ledger, Charge("alice-17", 2m));
        await Ledger.AppendAsync([charge]);
        var order = new CorrectionOrder { OperationId = "alice-17", CorrectionId = "first", AmountNanos = 2_000_000_000, Fingerprint = 1 };
        (await ledger.NoteCorrectionAsync(order, Noon)).Status.Should().Be(CorrectionNoteStatus.Noted);

        await using var connection = await Harness.ConnectAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        // As whoever writes holds it.
        await ExecuteAsync(transaction, "select pg_advisory_xact_lock(119182731994482)");
        var second = Task.Run(async () => await ledger.NoteCorrectionAsync(order with { CorrectionId = "second", Fingerprint = 2 }, Noon));
        await WaitUntilAsync(async () => await CountAsync(Waiting) == 1);
        // As an erasure does it.
        var next = charge with { OperationId = "(erased 1)-17" };
        await ExecuteAsync(transaction, $"update ledger_entries set operation_id = '{next.OperationId}'");
        await ExecuteAsync(transaction, $"update ledger_corrections set charge_id = '{next.Id}'");
        await transaction.CommitAsync();

        (await second).Status.Should().Be(CorrectionNoteStatus.ChargeNotFound);
        (await CountAsync("count(*) from ledger_corrections")).Should().Be(1);
    }

    private static async Task ExecuteAsync(DbTransaction transaction, string text)
    {
        await using var command = transaction.Connection!.CreateCommand();
        (command.Transaction, command.CommandText) = (transaction, text);
        await command.ExecuteNonQueryAsync();
    }
}
