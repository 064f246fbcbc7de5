namespace BudgetFirewall.Storage;

/// <summary>Ends a pending approval. Immutable.</summary>
public sealed class DecideApprovalCall
{
    /// <summary>The partition; null without partitions.</summary>
    public string? Partition { get; init; }

    /// <summary>The approval as it was read. Its state and end do not matter: the store looks at its own.</summary>
    public required ApprovalRecord Approval { get; init; }

    /// <summary>The state that it ends with: approved, denied or cancelled.</summary>
    public required ApprovalState State { get; init; }

    /// <summary>The amount that the counter's allowance grows by, in nanos or micros: above 0 for an approval, otherwise 0.</summary>
    public long Amount { get; init; }

    /// <summary>Who ends it; null when that is not said.</summary>
    public string? By { get; init; }

    /// <summary>A note; null for none.</summary>
    public string? Note { get; init; }

    /// <summary>A digest of the call, never 0: the approval that was ended by a call with the same one is the answer to its repetition.</summary>
    public required UInt128 Fingerprint { get; init; }

    /// <summary>The time for which a counter whose approval is denied asks for none.</summary>
    public TimeSpan AskAgainAfter { get; init; }

    /// <summary>The time for which the approval is kept after its end.</summary>
    public required TimeSpan Retention { get; init; }

    /// <summary>The approval as it ends now.</summary>
    /// <param name="now">The store's time, UTC.</param>
    /// <param name="kept">The approval as the store keeps it.</param>
    internal ApprovalRecord EndedAt(DateTimeOffset now, ApprovalRecord kept) => kept with
    {
        State = State,
        Amount = Amount,
        DecidedBy = By,
        Note = Note,
        DecidedAt = now,
        Fingerprint = Fingerprint,
        KeptUntil = KeptUntil(now),
    };

    /// <summary>The time until which the approval is kept: as long as approvals are, and while its counter asks for no other.</summary>
    /// <param name="now">The store's time, UTC.</param>
    public DateTimeOffset KeptUntil(DateTimeOffset now) => now + (State == ApprovalState.Denied && AskAgainAfter > Retention ? AskAgainAfter : Retention);
}
