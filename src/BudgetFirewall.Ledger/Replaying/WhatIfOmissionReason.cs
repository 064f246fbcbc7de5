namespace BudgetFirewall;

/// <summary>The reasons why something could not be replayed, or not as it happened.</summary>
public enum WhatIfOmissionReason
{
    /// <summary>Denials that were counted together have no request any more. They are counted, and not asked for.</summary>
    CountedTogether,

    /// <summary>The ledger has the commit and not the reservation, which is recorded by <see cref="LedgerOptions.RecordAllowed"/> only. It is asked for at the time of the commit.</summary>
    ReservedAtCommit,

    /// <summary>A request was refused because the store did not answer, which no limit has done. It is not asked for.</summary>
    StoreUnavailable,

    /// <summary>The cost that a refused request has asked for is not known. It is asked for as a check, and nothing is charged where it would be allowed.</summary>
    UnknownCost,

    /// <summary>The other configuration does not accept the request, as it lacks a partition or is too large, say.</summary>
    NotAccepted,

    /// <summary>A change of a limit, an allowance or a reset does not fit the other configuration, which has no such limit, say.</summary>
    ChangeNotTakenUp,

    /// <summary>A change of a pool. Pools are not replayed.</summary>
    Pool,

    /// <summary>Part of a correction was charged to counters that the other configuration does not have, or of a charge that it refuses.</summary>
    CorrectionInPart,
}
