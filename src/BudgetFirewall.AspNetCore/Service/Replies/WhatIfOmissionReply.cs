using System.ComponentModel;

namespace BudgetFirewall;

/// <summary>Something that could not be replayed, as JSON.</summary>
[Description("Something that could not be replayed, or not as it happened.")]
internal sealed record WhatIfOmissionReply
{
    [NamesOf<WhatIfOmissionReason>]
    public required string Reason { get; init; }

    public required long Count { get; init; }

    [Description("The message of the first one; absent: the reason says all.")]
    public string? Example { get; init; }

    public static WhatIfOmissionReply Of(WhatIfOmission omission) => new() { Reason = WireNames.Of(omission.Reason), Count = omission.Count, Example = omission.Example };
}
