using System.Data.Common;

namespace BudgetFirewall.Ledger.Tests;

/// <summary>A database of one kind, empty at first, for one test.</summary>
public interface ILedgerHarness : IAsyncDisposable
{
    Task StartAsync();

    /// <summary>Another ledger in the same database, as another process would open it.</summary>
    ILedger Open(TimeProvider? timeProvider = null);

    /// <summary>A connection to the database itself.</summary>
    Task<DbConnection> ConnectAsync();
}
