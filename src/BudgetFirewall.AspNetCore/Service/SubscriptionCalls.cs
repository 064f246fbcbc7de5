using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace BudgetFirewall;

/// <summary>The calls on subscriptions to events.</summary>
internal sealed class SubscriptionCalls(BudgetServiceOptions options)
{
    private const string NoSubscription = "There is no subscription with this id.";
    private const string NoDelivery = "There is no such delivery.";
    private const int DigestBytes = 12;

    public async Task<IResult> CreateAsync(HttpContext context, string? key)
    {
        var events = Events(context);
        var body = await JsonBody.ReadAsync(context, ServiceJson.Default.SubscriptionBody, options.MaxBodyBytes).ConfigureAwait(false);
        // A repetition has to find what the first call has made.
        var subscription = body.ToSubscription(body.Id ?? (key is null ? null : IdOf(context, key)));
        var created = await events.CreateAsync(subscription, cancellationToken: CancellationToken.None).ConfigureAwait(false);
        if (created is null && (key is null || await events.FindAsync(subscription.Id, context.RequestAborted).ConfigureAwait(false) is not { } present || !IsSame(present, subscription)))
            return ProblemReply.Exists("subscription", $"There is another subscription '{subscription.Id}'. PUT changes it.");
        var path = context.Request.PathBase.Add(context.Request.Path).ToUriComponent().TrimEnd('/');
        context.Response.Headers.Location = $"{path}/{Uri.EscapeDataString(subscription.Id)}";
        var reply = created is not null
            ? SubscriptionReply.Of(created.Subscription, created.Secret)
            : SubscriptionReply.Of((await events.FindAsync(subscription.Id, context.RequestAborted).ConfigureAwait(false))!);
        return new JsonReply<SubscriptionReply>(reply, ServiceJson.Default.SubscriptionReply, StatusCodes.Status201Created);
    }

    public async Task<IResult> ListAsync(HttpContext context, PageQuery page)
    {
        var all = await Events(context).ListAsync(context.RequestAborted).ConfigureAwait(false);
        List<EventSubscription> rest = [.. page.AfterId is null ? all : all.SkipWhile(subscription => subscription.Id != page.AfterId).Skip(1)];
        var cursor = rest.Count > page.Limit ? PageQuery.CursorAfter(rest[page.Limit - 1].Id) : null;
        return new JsonReply<SubscriptionListReply>(new() { Items = [.. rest.Take(page.Limit).Select(SubscriptionReply.Of)], NextCursor = cursor }, ServiceJson.Default.SubscriptionListReply);
    }

    public async Task<IResult> GetAsync(HttpContext context) => Reply(await Events(context).FindAsync(PathValue.FromEnd(context, "id", 0), context.RequestAborted).ConfigureAwait(false));

    public async Task<IResult> SetAsync(HttpContext context)
    {
        var events = Events(context);
        var body = await JsonBody.ReadAsync(context, ServiceJson.Default.SubscriptionBody, options.MaxBodyBytes).ConfigureAwait(false);
        var subscription = body.ToSubscription(PathValue.FromEnd(context, "id", 0));
        return await events.UpdateAsync(subscription, CancellationToken.None).ConfigureAwait(false)
            ? Reply(await events.FindAsync(subscription.Id, context.RequestAborted).ConfigureAwait(false))
            : ProblemReply.NotFound(NoSubscription);
    }

    public async Task<IResult> DeleteAsync(HttpContext context) =>
        await Events(context).DeleteAsync(PathValue.FromEnd(context, "id", 0), CancellationToken.None).ConfigureAwait(false) ? TypedResults.NoContent() : ProblemReply.NotFound(NoSubscription);

    public async Task<IResult> TestAsync(HttpContext context) =>
        await Events(context).TestAsync(PathValue.FromEnd(context, "id", 1), CancellationToken.None).ConfigureAwait(false) is { } test
            ? new JsonReply<TestReply>(new() { EventId = test.Id, EventType = test.Type }, ServiceJson.Default.TestReply, StatusCodes.Status202Accepted)
            : ProblemReply.NotFound(NoSubscription);

    public async Task<IResult> RotateAsync(HttpContext context) =>
        await Events(context).RotateSecretAsync(PathValue.FromEnd(context, "id", 1), cancellationToken: CancellationToken.None).ConfigureAwait(false) is { } rotated
            ? new JsonReply<SubscriptionReply>(SubscriptionReply.Of(rotated.Subscription, rotated.Secret), ServiceJson.Default.SubscriptionReply)
            : ProblemReply.NotFound(NoSubscription);

    public async Task<IResult> DeliveriesAsync(HttpContext context, PageQuery page, string? state)
    {
        var events = Events(context);
        var id = PathValue.FromEnd(context, "id", 1);
        if (await events.FindAsync(id, context.RequestAborted).ConfigureAwait(false) is null)
            return ProblemReply.NotFound(NoSubscription);
        if (page.AfterId is { } cursor && !long.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            throw new FieldException("cursor", "cursor is not the nextCursor of a page.");
        var found = await events.ListDeliveriesAsync(id, StateOf(state), page.Limit, page.AfterId, context.RequestAborted).ConfigureAwait(false);
        var reply = new DeliveryListReply { Items = [.. found.Deliveries.Select(DeliveryReply.Of)], NextCursor = found.NextCursor is { } next ? PageQuery.CursorAfter(next) : null };
        return new JsonReply<DeliveryListReply>(reply, ServiceJson.Default.DeliveryListReply);
    }

    public async Task<IResult> RedeliverAsync(HttpContext context, string delivery) =>
        long.TryParse(delivery, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && await Events(context).RedeliverAsync(PathValue.FromEnd(context, "id", 3), number, CancellationToken.None).ConfigureAwait(false)
            ? TypedResults.StatusCode(StatusCodes.Status202Accepted)
            : ProblemReply.NotFound(NoDelivery);

    private static EventDeliveryState? StateOf(string? state) => state is null or "all"
        ? null
        : Enum.GetValues<EventDeliveryState>().Where(known => DeliveryReply.NameOf(known) == state).Select(known => (EventDeliveryState?)known).FirstOrDefault()
            ?? throw new FieldException("state", "state must be pending, delivered, given_up or all.");

    private static IResult Reply(EventSubscription? subscription) => subscription is null
        ? ProblemReply.NotFound(NoSubscription)
        : new JsonReply<SubscriptionReply>(SubscriptionReply.Of(subscription), ServiceJson.Default.SubscriptionReply);

    private static bool IsSame(EventSubscription present, EventSubscription given) => present with { CreatedAt = default, DisabledReason = null } == given with { CreatedAt = default, DisabledReason = null };

    private string IdOf(HttpContext context, string key) =>
        "sub_" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{ServiceCaller.ScopeOf(context, options)?.Length}:{ServiceCaller.ScopeOf(context, options)}{key}")).AsSpan(0, DigestBytes));

    private IEventSubscriptions Events(HttpContext context) =>
        FirewallServiceLookup.FindService<IEventSubscriptions>(context.RequestServices, options.Firewall) ?? throw new EventsMissingException();
}
