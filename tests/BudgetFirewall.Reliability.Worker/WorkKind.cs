namespace BudgetFirewall.Reliability;

/// <summary>What a caller does over and over.</summary>
public enum WorkKind
{
    /// <summary>Reserves and keeps it.</summary>
    Reserve,

    /// <summary>Reserves, and commits a random part of it.</summary>
    Commit,

    /// <summary>Reserves, and commits a random part of it, releases it, or leaves it to its lease.</summary>
    Mixed,

    /// <summary>Spends.</summary>
    Spend,

    /// <summary>Charges.</summary>
    Charge,

    /// <summary>Calls a provider as fast as an adaptive rate limit allows, and reports what it says.</summary>
    Follow,

    /// <summary>Takes a few permits from the job's rate limits by a reservation, stops waiting now and then, and commits.</summary>
    Take,

    /// <summary>Spends from an escalating budget, and answers the approvals that this asks for.</summary>
    Approve,
}
