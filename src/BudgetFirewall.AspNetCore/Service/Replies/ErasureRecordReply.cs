using System.ComponentModel;

namespace BudgetFirewall;

/// <summary>One erasure of the log as JSON.</summary>
[Description("One erasure of a person, without who it was.")]
internal sealed record ErasureRecordReply
{
    public required string ErasedId { get; init; }

    [Description("The kind of scope, as user.")]
    public required string Kind { get; init; }

    public required DateTimeOffset Time { get; init; }

    [Description("Who has asked for it.")]
    public required string By { get; init; }

    public string? Reason { get; init; }

    [Description("The number of entries that have named the person.")]
    public required long Entries { get; init; }

    [Description("The number of values of entries that nothing proves any more.")]
    public required long Values { get; init; }

    public static ErasureRecordReply Of(LedgerErasureRecord record) => new()
    {
        ErasedId = record.ErasedId,
        Kind = record.Kind,
        Time = record.Time,
        By = record.By,
        Reason = record.Reason,
        Entries = record.Entries,
        Values = record.Values,
    };
}
