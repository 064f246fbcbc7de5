using System.Collections.Immutable;

namespace BudgetFirewall.Receipts;

/// <summary>A member of an entry whose text may name a person, so that leaves can have a commitment in its place. Its kind ends with an equals sign, which no kind of scope has. Immutable.</summary>
/// <param name="Number">The number of the field in the bytes of an entry, by which databases know it too. It never changes.</param>
/// <param name="CommitmentNumber">The number of the field with the commitment. It never changes.</param>
/// <param name="Kind">The kind of the personal value.</param>
/// <param name="IsIdentity">True for parts of the identity of an operation, which have a commitment only where they name a person of the entry.</param>
/// <param name="TextOf">Reads the member.</param>
/// <param name="With">The entry with another text.</param>
internal sealed record PersonalField(byte Number, byte CommitmentNumber, string Kind, bool IsIdentity, Func<LedgerEntry, string?> TextOf, Func<LedgerEntry, string, LedgerEntry> With)
{
    public static PersonalField OperationId { get; } = new(2, 25, "operationId=", IsIdentity: true, entry => entry.OperationId, (entry, text) => entry with { OperationId = text });

    public static PersonalField OperationScope { get; } = new(3, 26, "operationScope=", IsIdentity: true, entry => entry.OperationScope, (entry, text) => entry with { OperationScope = text });

    public static PersonalField CorrectedEntryId { get; } =
        new(20, 27, "correctedEntryId=", IsIdentity: false, entry => entry.CorrectedEntryId, (entry, text) => entry with { CorrectedEntryId = text });

    public static PersonalField Actor { get; } = new(21, 28, "actor=", IsIdentity: false, entry => entry.Actor, (entry, text) => entry with { Actor = text });

    public static PersonalField Reason { get; } = new(22, 29, "reason=", IsIdentity: false, entry => entry.Reason, (entry, text) => entry with { Reason = text });

    public static PersonalField Before { get; } = new(23, 30, "before=", IsIdentity: false, entry => entry.Before, (entry, text) => entry with { Before = text });

    public static PersonalField After { get; } = new(24, 31, "after=", IsIdentity: false, entry => entry.After, (entry, text) => entry with { After = text });

    /// <summary>All of them, in the order of their numbers.</summary>
    public static ImmutableArray<PersonalField> All { get; } = [OperationId, OperationScope, CorrectedEntryId, Actor, Reason, Before, After];

    /// <summary>True for fields whose text is JSON.</summary>
    public bool IsJson => this == Before || this == After;

    /// <summary>The field of a kind of personal value; null for the kind of a scope.</summary>
    public static PersonalField? Find(string kind) => All.FirstOrDefault(field => field.Kind == kind);

    /// <summary>The field of a number; null where there is none.</summary>
    public static PersonalField? Find(long number) => All.FirstOrDefault(field => field.Number == number);
}
