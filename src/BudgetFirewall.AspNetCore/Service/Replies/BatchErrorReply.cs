using System.ComponentModel;

namespace BudgetFirewall;

/// <summary>The failure of one of several requests, as JSON.</summary>
[Description("The reason why the request failed.")]
internal sealed record BatchErrorReply
{
    [Description("The type that the single call's problem details would have had.")]
    public required string Type { get; init; }

    public required string Detail { get; init; }

    [Description("The field at fault, as requests[3].model; absent where it is none in particular.")]
    public string? Field { get; init; }

    [Description("The operation to repeat, for a charge that was not confirmed.")]
    public string? OperationId { get; init; }
}
