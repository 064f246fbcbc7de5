namespace BudgetFirewall;

/// <summary>
/// The correction of a charge, by <see cref="IBudgetFirewall.RefundAsync"/> or <see cref="IBudgetFirewall.CorrectAsync"/>: the charge, named by its operation, its reservation or its entry of the ledger, and the
/// correction's own id. Immutable and thread-safe.
/// </summary>
/// <example><code>
/// var correction = new ChargeCorrection { OperationId = "call-17", CorrectionId = "credit-note-9", Reason = "the provider was down", By = "bob" };
/// await firewall.RefundAsync(correction, amount: 0.5m);
/// </code></example>
public sealed record ChargeCorrection
{
    /// <summary>The id of the operation that was charged: a charge, a spend, or the reservation that was committed. Where it was used again after its retention, the last charge is meant. Null where the charge is named otherwise.</summary>
    /// <exception cref="ArgumentException">The value is empty, longer than 256 characters or not well-formed UTF-16.</exception>
    public string? OperationId { get; init => field = Identifier.CheckOptional(value, nameof(OperationId)); }

    /// <summary>The owner of <see cref="OperationId"/>, as <see cref="BudgetRequest.OperationScope"/>; null for none, and where the charge is named otherwise.</summary>
    /// <exception cref="ArgumentException">The value is empty, longer than 256 characters or not well-formed UTF-16.</exception>
    public string? OperationScope { get; init => field = Identifier.CheckOptional(value, nameof(OperationScope)); }

    /// <summary>The partition of <see cref="OperationId"/> where <see cref="BudgetFirewallOptions.PartitionBy"/> is set; null without partitions, and where the charge is named otherwise.</summary>
    /// <exception cref="ArgumentException">The value is empty, longer than 256 characters or not well-formed UTF-16.</exception>
    public string? Partition { get; init => field = Identifier.CheckOptional(value, nameof(Partition)); }

    /// <summary>The id of the reservation that was committed; null where the charge is named otherwise.</summary>
    public string? ReservationId { get; init; }

    /// <summary>The id of the charge's entry in the ledger; null where the charge is named otherwise.</summary>
    /// <exception cref="ArgumentException">The value is empty, longer than 256 characters or not well-formed UTF-16.</exception>
    public string? EntryId { get; init => field = Identifier.CheckOptional(value, nameof(EntryId)); }

    /// <summary>
    /// The caller's own id for this correction: the number of a credit note, say. Repeating it with the same content returns the first answer and changes nothing, however much later. These ids are apart from those of
    /// all other operations, and belong to the scope of the charge's operation.
    /// </summary>
    /// <exception cref="ArgumentException">The value is empty, longer than 256 characters or not well-formed UTF-16.</exception>
    public required string CorrectionId { get; init => field = Identifier.Check(value, nameof(CorrectionId)); }

    /// <summary>The reason, for people who read of it later; null: not said.</summary>
    /// <exception cref="ArgumentException">The value is empty, longer than 256 characters or not well-formed UTF-16.</exception>
    public string? Reason { get; init => field = Identifier.CheckOptional(value, nameof(Reason)); }

    /// <summary>Who decided it; null: not said.</summary>
    /// <exception cref="ArgumentException">The value is empty, longer than 256 characters or not well-formed UTF-16.</exception>
    public string? By { get; init => field = Identifier.CheckOptional(value, nameof(By)); }
}
