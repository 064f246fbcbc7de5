using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace BudgetFirewall;

/// <summary>A request as JSON.</summary>
[JsonNumberHandling(JsonNumberHandling.AllowReadingFromString)]
[Description("One paid call: provider, operation, who makes it and what it uses or is expected to use.")]
internal class RequestBody
{
    [Required]
    [Description("The provider, who is paid. 1 to 256 characters, as all ids.")]
    public string? Provider { get; init; }

    [Description("The operation that is called; absent: request.")]
    public string? Operation { get; init; }

    [Description("The user who pays.")]
    public string? UserId { get; init; }

    [Description("The project that pays.")]
    public string? ProjectId { get; init; }

    [Description("The model, by whose prices tokens are counted.")]
    public string? Model { get; init; }

    [Description("Further scopes as kind and id: tenant, feature, api_key…")]
    public IReadOnlyDictionary<string, string>? Dimensions { get; init; }

    [Description("The usage of the call, or its expected usage.")]
    public UsageBody? Usage { get; init; }

    [Description("The cost in currency units where it is known: an exact decimal, as string or number, from 0 to 9000000000. It overrides every price.")]
    public decimal? Cost { get; init; }

    [Description("Tokens taken from each rate limit that counts requests; absent: 1.")]
    public int? Permits { get; init; }

    [Description("The longest time to wait for a turn where a limit queues, 0 to 86400 seconds; absent: 0, and what would have to wait is refused.")]
    public decimal? MaxWaitSeconds { get; init; }

    [Description("The longest time to wait for an approval where nothing else refuses, 0 to 86400 seconds; absent: 0, and the request is refused at once.")]
    public decimal? ApprovalWaitSeconds { get; init; }

    [Description("The caller's own id for this operation, as the header Idempotency-Key: a repetition gets the first answer and changes nothing.")]
    public string? OperationId { get; init; }

    [Description("The tier of the call, as batch, of which limits may keep a part free; absent: the service's default. Naming one needs a right, which the service's operator gives.")]
    public string? Priority { get; init; }

    /// <summary>The request; an id of its own comes before the one given.</summary>
    /// <exception cref="FieldException">A value is not one that a request may have.</exception>
    public BudgetRequest ToRequest(string path, string? operationId)
    {
        var usage = Usage?.ToUsage(FieldException.Join(path, "usage"));
        return FieldException.Naming(path, () => new BudgetRequest
        {
            Provider = Provider ?? throw new FieldException(FieldException.Join(path, "provider"), "provider is required."),
            Operation = Operation ?? "request",
            UserId = UserId,
            ProjectId = ProjectId,
            Model = Model,
            Dimensions = Dimensions,
            Usage = usage,
            Cost = Cost,
            Permits = Permits ?? 1,
            OperationId = OperationId ?? operationId,
            Lease = Lease(path),
            MaxWait = Wait(MaxWaitSeconds, path, "maxWaitSeconds"),
            ApprovalWait = Wait(ApprovalWaitSeconds, path, "approvalWaitSeconds"),
            Priority = Priority,
        });
    }

    private static TimeSpan Wait(decimal? seconds, string path, string field) => seconds switch
    {
        null => TimeSpan.Zero,
        >= 0 and <= 86_400 => new((long)(seconds * TimeSpan.TicksPerSecond)),
        _ => throw new FieldException(FieldException.Join(path, field), $"{field} must be from 0 to 86400 seconds."),
    };

    private protected virtual TimeSpan? Lease(string path) => null;
}
