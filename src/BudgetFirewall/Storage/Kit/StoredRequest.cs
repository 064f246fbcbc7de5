using System.Globalization;
using System.Text.Json.Serialization;

namespace BudgetFirewall.Storage;

/// <summary>
/// A request as a store keeps it in JSON, for pricing or charging it later. The request read back equals the one written: amounts are strings, and a member
/// with its usual value is left out.
/// </summary>
public sealed class StoredRequest
{
    private const string UsualOperation = "request";

    /// <summary>The provider.</summary>
    [JsonPropertyName("p")]
    public required string Provider { get; set; }

    /// <summary>The operation; null for <c>request</c>.</summary>
    [JsonPropertyName("o")]
    public string? Operation { get; set; }

    /// <summary>The user; null for none.</summary>
    [JsonPropertyName("u")]
    public string? UserId { get; set; }

    /// <summary>The project; null for none.</summary>
    [JsonPropertyName("j")]
    public string? ProjectId { get; set; }

    /// <summary>The model; null for none.</summary>
    [JsonPropertyName("m")]
    public string? Model { get; set; }

    /// <summary>The dimensions; null for none.</summary>
    [JsonPropertyName("d")]
    public IReadOnlyDictionary<string, string>? Dimensions { get; set; }

    /// <summary>The expected usage; null when it is not known.</summary>
    [JsonPropertyName("g")]
    public StoredUsage? Usage { get; set; }

    /// <summary>The cost as decimal text; null when it is computed.</summary>
    [JsonPropertyName("c")]
    public string? Cost { get; set; }

    /// <summary>The permits; null for 1.</summary>
    [JsonPropertyName("n")]
    public int? Permits { get; set; }

    /// <summary>The operation's id; null when the library generated it.</summary>
    [JsonPropertyName("i")]
    public string? OperationId { get; set; }

    /// <summary>The scope of the operation's id; null for none.</summary>
    [JsonPropertyName("s")]
    public string? OperationScope { get; set; }

    /// <summary>The lease in ticks of 100 ns; null for the usual lease.</summary>
    [JsonPropertyName("l")]
    public long? LeaseTicks { get; set; }

    /// <summary>The longest wait in ticks of 100 ns; null for the usual one.</summary>
    [JsonPropertyName("w")]
    public long? MaxWaitTicks { get; set; }

    /// <summary>The longest wait for an approval in ticks of 100 ns; null for the usual one.</summary>
    [JsonPropertyName("a")]
    public long? ApprovalWaitTicks { get; set; }

    /// <summary>The priority; null for none.</summary>
    [JsonPropertyName("y")]
    public string? Priority { get; set; }

    /// <summary>The stored form of a request.</summary>
    /// <param name="request">The request.</param>
    /// <exception cref="ArgumentNullException"><paramref name="request"/> is null.</exception>
    public static StoredRequest Of(BudgetRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return new()
        {
            Provider = request.Provider,
            Operation = request.Operation == UsualOperation ? null : request.Operation,
            UserId = request.UserId,
            ProjectId = request.ProjectId,
            Model = request.Model,
            Dimensions = request.Dimensions,
            Usage = request.Usage is { } usage ? StoredUsage.Of(usage) : null,
            Cost = request.Cost is { } cost ? cost.ToString(CultureInfo.InvariantCulture) : null,
            Permits = request.Permits == 1 ? null : request.Permits,
            OperationId = request.OperationId,
            OperationScope = request.OperationScope,
            LeaseTicks = request.Lease?.Ticks,
            MaxWaitTicks = request.MaxWait?.Ticks,
            ApprovalWaitTicks = request.ApprovalWait?.Ticks,
            Priority = request.Priority,
        };
    }

    /// <summary>The request that was stored.</summary>
    /// <exception cref="ArgumentException">A member is not what a request may have.</exception>
    /// <exception cref="FormatException">An amount is no decimal number.</exception>
    public BudgetRequest ToRequest() => new()
    {
        Provider = Provider,
        Operation = Operation ?? UsualOperation,
        UserId = UserId,
        ProjectId = ProjectId,
        Model = Model,
        Dimensions = Dimensions,
        Usage = Usage?.ToUsage(),
        Cost = Cost is { } cost ? StoredUsage.Decimal(cost) : null,
        Permits = Permits ?? 1,
        OperationId = OperationId,
        OperationScope = OperationScope,
        Lease = LeaseTicks is { } ticks ? TimeSpan.FromTicks(ticks) : null,
        MaxWait = MaxWaitTicks is { } wait ? TimeSpan.FromTicks(wait) : null,
        ApprovalWait = ApprovalWaitTicks is { } approvalWait ? TimeSpan.FromTicks(approvalWait) : null,
        Priority = Priority,
    };
}
