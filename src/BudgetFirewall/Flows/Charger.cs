using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>Records the cost of calls.</summary>
internal sealed class Charger(SettingsSource settingsSource, StoreCaller storeCaller, EventReporter events, TimeProvider timeProvider, DecisionEngine engine)
{
    public async ValueTask<ChargeReceipt> ChargeAsync(BudgetRequest request, CancellationToken cancellationToken) =>
        Receipt(request, await ChargeNowAsync(request, storeCaller.Begin(cancellationToken)).ConfigureAwait(false));

    private ValueTask<DecisionResult> ChargeNowAsync(BudgetRequest request, StoreDeadline deadline) =>
        engine.DecideAsync(DecisionKind.Charge, request, engine.Identify(DecisionKind.Charge, request), deadline);

    /// <summary>Charges under an id that the store must remember even when the caller did not give it.</summary>
    /// <param name="request">The request that is charged.</param>
    /// <param name="content">The request as the caller passed it. A repetition is recognised by it even when prices have changed.</param>
    /// <param name="partition">The partition; null without partitions.</param>
    /// <param name="operationId">The id.</param>
    /// <param name="deadline">The deadline that ends the waiting.</param>
    public async ValueTask<ChargeReceipt> ChargeAsync(BudgetRequest request, BudgetRequest content, string? partition, string operationId, StoreDeadline deadline)
    {
        var operation = OperationIdentity.Of(DecisionKind.Charge, content with { OperationId = operationId }, partition);
        return Receipt(request, await engine.DecideAsync(DecisionKind.Charge, request, operation, deadline).ConfigureAwait(false));
    }

    /// <summary>The cost of a usage of a request at the present prices; null when it is unknown.</summary>
    public decimal? CostOf(BudgetRequest request, BudgetUsage usage) =>
        settingsSource.Current.Prices.QuoteUsage(request, usage, timeProvider) is { IsUnknown: false } quote ? Money.FromNanos(quote.Nanos) : null;

    private ChargeReceipt Receipt(BudgetRequest request, DecisionResult result)
    {
        if (result.Failure is { } failure)
        {
            events.StoreFailed("charge", result.Call.OperationId, failure, isDegraded: false);
            throw new ChargeUnconfirmedException($"The charge '{result.Call.OperationId}' was not confirmed; repeat it with this operation id. {failure.Message}", failure)
            {
                OperationId = result.Call.OperationId,
                MayHaveHappened = failure.MayHaveHappened,
            };
        }
        events.StoreAnswered();
        var receipt = new ChargeReceipt(new ReceiptValues.OfCharge(result.Call, result.Answer!)) { IsReplay = result.Answer!.IsReplay };
        events.Charged(receipt, request);
        return receipt;
    }
}
