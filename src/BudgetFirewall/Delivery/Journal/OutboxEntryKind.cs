namespace BudgetFirewall;

/// <summary>The kind of an entry of the outbox. The numbers are written to files and never change.</summary>
internal enum OutboxEntryKind
{
    Charge = 0,

    Commit = 1,

    /// <summary>The commit of a degraded reservation: settles its record if there is one, and otherwise charges under its id.</summary>
    DegradedCommit = 2,
}
