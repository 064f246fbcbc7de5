using System.Data.Common;

namespace BudgetFirewall.Benchmarks.Ledger;

/// <summary>An empty database for one ledger, and what can be asked of it beside the ledger.</summary>
internal interface ILedgerFile : IAsyncDisposable
{
    /// <summary>The cast that makes JSON of a column of text, as it stands behind the column's name.</summary>
    string JsonCast { get; }

    ILedger Open();

    Task<DbConnection> ConnectAsync();

    /// <summary>The bytes that it takes on the disk, indexes included.</summary>
    Task<long> SizeAsync();

    /// <summary>Inserts the rows of each of <see cref="BareTable.All"/>, each table's in one statement, or by one that is prepared.</summary>
    Task InsertAsync(DbTransaction transaction, IReadOnlyList<List<object[]>> rows);
}
