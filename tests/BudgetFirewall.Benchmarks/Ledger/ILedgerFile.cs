using System.Data.Common;

namespace BudgetFirewall.Benchmarks.Ledger;

/// <summary>An empty database for one ledger, and what can be asked of it beside the ledger.</summary>
internal interface ILedgerFile : IAsyncDisposable
{
    ILedger Open();

    Task<DbConnection> ConnectAsync();

    /// <summary>The bytes that it takes on the disk, indexes included.</summary>
    Task<long> SizeAsync();

    /// <summary>Inserts rows into a table in one statement, or by one that is prepared.</summary>
    Task InsertAsync(DbTransaction transaction, BareTable table, IReadOnlyList<object[]> rows);
}
