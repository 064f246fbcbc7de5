namespace BudgetFirewall;

/// <summary>Who ends an approval, and why. Immutable.</summary>
public sealed record ApprovalSignature
{
    /// <summary>The most characters of a note.</summary>
    public const int MaxNoteLength = 1_000;

    /// <summary>Who decides, 1 to 256 characters; null when that is not said. With <see cref="ApprovalOptions.RequireSecondPerson"/> an approval needs it.</summary>
    /// <exception cref="ArgumentException">The value is empty, longer than 256 characters or not well-formed UTF-16.</exception>
    public string? By { get; init => field = Identifier.CheckOptional(value, nameof(By)); }

    /// <summary>A note for those who read the approval later, 1 to 1,000 characters; null for none.</summary>
    /// <exception cref="ArgumentException">The value is empty, longer than 1,000 characters or not well-formed UTF-16.</exception>
    public string? Note { get; init => field = value is null ? null : Identifier.Check(value, nameof(Note), MaxNoteLength); }

    /// <summary>
    /// The caller's own id for the call: repeated with the same content it gives the first answer. It is remembered as long as the approval. Null lets the library generate one, and a second call is
    /// then a conflict.
    /// </summary>
    /// <exception cref="ArgumentException">The value is empty, longer than 256 characters or not well-formed UTF-16.</exception>
    public string? OperationId { get; init => field = Identifier.CheckOptional(value, nameof(OperationId)); }

    /// <summary>The owner of <see cref="OperationId"/>, as <see cref="BudgetRequest.OperationScope"/>; null for none. A caller of this scope counts as the one who has asked for what requests of the scope have asked.</summary>
    /// <exception cref="ArgumentException">The value is empty, longer than 256 characters or not well-formed UTF-16.</exception>
    public string? OperationScope { get; init => field = Identifier.CheckOptional(value, nameof(OperationScope)); }
}
