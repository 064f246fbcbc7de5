using System.Net;

namespace BudgetFirewall.Sample.Web;

/// <summary>
/// Events. What happens is posted to an endpoint of the sample's own, which verifies it: <c>/events</c>. With a ledger there are subscriptions too, to public addresses and to the networks of <c>Events__AllowedNetworks__0=127.0.0.0/8</c>, and anomalies are looked for.
/// </summary>
internal static class Telling
{
    private const string Networks = "Events:AllowedNetworks";
    private const int MaxBodyBytes = 65_536;

    public static void AddTo(WebApplicationBuilder builder, BudgetFirewallServiceBuilder firewall, bool hasLedger)
    {
        builder.Services.AddSingleton<ReceivedEvents>();
        firewall.AddEventChannel<OwnEndpoint>();
        IPNetwork[] networks = [.. builder.Configuration.GetSection(Networks).GetChildren().Select(child => Checked(child.Value ?? ""))];
        if (!hasLedger)
            return;
        firewall.ProtectEventSecrets().AddEventSubscriptions(options =>
        {
            foreach (var network in networks)
                options.Webhooks.AllowedNetworks.Add(network);
        });
        firewall.AddAnomalyDetection();
    }

    public static void Map(WebApplication app)
    {
        // Whoever posts here has no key; what counts is the signature.
        app.MapPost(OwnEndpoint.Path, async (HttpRequest request, ReceivedEvents received) =>
        {
            using var body = new MemoryStream();
            await request.Body.CopyToAsync(body, request.HttpContext.RequestAborted);
            return received.TryAdd(request.Headers, body.ToArray(), out var reason) ? Results.NoContent() : Results.Problem(reason, statusCode: StatusCodes.Status401Unauthorized);
        }).WithMetadata(new Microsoft.AspNetCore.Mvc.RequestSizeLimitAttribute(MaxBodyBytes)).AllowAnonymous().DisableBudget();
        app.MapGet(OwnEndpoint.Path, (ReceivedEvents received) => received.Last).RequireAuthorization("service").DisableBudget();
    }

    private static IPNetwork Checked(string network) =>
        IPNetwork.TryParse(network, out var parsed) ? parsed : throw new FormatException($"{Networks} has networks as 10.0.0.0/8, and not '{network}'");
}
