using System.ComponentModel;
using System.Text.Json.Serialization;

namespace BudgetFirewall;

/// <summary>A refund as JSON.</summary>
[JsonNumberHandling(JsonNumberHandling.AllowReadingFromString)]
[Description("What is given back of a charge: an amount, what it was more than its true cost, or all that is left of it.")]
internal sealed class RefundBody
{
    [Description("The amount: an exact decimal, as string or number. Absent, with no cost either: all that is left of the charge.")]
    public decimal? Amount { get; init; }

    [Description("The true cost of the charge, in place of an amount: what it was more is given back.")]
    public decimal? Cost { get; init; }

    [Description("The caller's own id for this correction, the number of a credit note, say. Required, unless the header Idempotency-Key gives it.")]
    public string? CorrectionId { get; init; }

    [Description("The reason, for people who read of it later.")]
    public string? Reason { get; init; }

    /// <exception cref="FieldException">A value is missing, or none of a correction.</exception>
    public ChargeCorrection ToCorrection(string operationId, string? operationScope, string? partition, string? correctionId, string? by)
    {
        if (Amount is not null && Cost is not null)
            throw new FieldException("cost", "Either amount or cost may be given, and not both.");
        if (correctionId is null)
            throw FieldException.Missing("correctionId");
        return FieldException.Naming("", () => new ChargeCorrection
        {
            OperationId = operationId,
            OperationScope = operationScope,
            Partition = partition,
            CorrectionId = correctionId,
            Reason = Reason,
            By = by,
        });
    }
}
