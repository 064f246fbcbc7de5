using System.ComponentModel;

namespace BudgetFirewall;

/// <summary>The request that has asked for an approval, as JSON.</summary>
[Description("The request that was refused: who has made it, and for what.")]
internal sealed record ApprovalRequestReply
{
    public required string Provider { get; init; }

    public required string Operation { get; init; }

    public string? UserId { get; init; }

    public string? ProjectId { get; init; }

    public string? Model { get; init; }

    public IReadOnlyDictionary<string, string>? Dimensions { get; init; }

    public string? OperationId { get; init; }

    public static ApprovalRequestReply Of(BudgetRequest request) => new()
    {
        Provider = request.Provider,
        Operation = request.Operation,
        UserId = request.UserId,
        ProjectId = request.ProjectId,
        Model = request.Model,
        Dimensions = request.Dimensions,
        OperationId = request.OperationId,
    };
}
