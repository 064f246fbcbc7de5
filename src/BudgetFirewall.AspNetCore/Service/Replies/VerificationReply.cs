using System.ComponentModel;
using BudgetFirewall.Receipts;

namespace BudgetFirewall;

/// <summary>The result of verifying a receipt as JSON.</summary>
[Description("The result of verifying a receipt.")]
internal sealed record VerificationReply
{
    [Description("true when the entry was in the ledger with exactly this content.")]
    public required bool IsValid { get; init; }

    [NamesOf<ReceiptFault>("; absent: it is valid")]
    public string? Fault { get; init; }

    [Description("The fault in a sentence; absent: it is valid.")]
    public string? Reason { get; init; }

    public static VerificationReply Of(ReceiptVerification result) => new()
    {
        IsValid = result.IsValid,
        Fault = result.Fault is { } fault ? WireNames.Of(fault) : null,
        Reason = result.Reason,
    };
}
