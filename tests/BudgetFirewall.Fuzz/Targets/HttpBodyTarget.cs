using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace BudgetFirewall.Fuzz.Targets;

/// <summary>Bodies of the HTTP service: never an error of the server's own, and nothing changes when one is refused. The first line is the path.</summary>
internal sealed class HttpBodyTarget : IFuzzTarget
{
    private static readonly HttpStatusCode[] Documented =
    [
        HttpStatusCode.OK, HttpStatusCode.NoContent, HttpStatusCode.BadRequest, HttpStatusCode.PaymentRequired, HttpStatusCode.NotFound, HttpStatusCode.MethodNotAllowed,
        HttpStatusCode.Conflict, HttpStatusCode.RequestEntityTooLarge, HttpStatusCode.UnsupportedMediaType, HttpStatusCode.UnprocessableEntity, HttpStatusCode.TooManyRequests,
    ];

    private static readonly string[] Paths = ["check", "spend", "charge", "reserve", "estimate", "charge/batch", "check/batch", "reservations/one/commit", "reservations/one/extend", "budgets", "budgets/b/reset"];
    private readonly HttpClient _client = new();
    private WebApplication? _app;

    public string Name => "http";

    public async Task StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Logging.ClearProviders();
        builder.Services.AddBudgetFirewall(options =>
        {
            options.Budgets.Add(new() { Scope = BudgetScope.Global, Limit = 9_000_000_000m, Period = BudgetPeriod.None });
            options.Pricing.Units["record"] = 0.001m;
        });
        _app = builder.Build();
        _app.MapBudgetFirewall("/b").AllowAnonymous();
        await _app.StartAsync();
        _client.BaseAddress = new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single() + "/b/");
    }

    public async Task RunAsync(byte[] input)
    {
        var end = Math.Max(Array.IndexOf(input, (byte)'\n'), 0);
        var named = Encoding.UTF8.GetString(input.AsSpan(0, end));
        var path = Paths.Contains(named) ? named : Paths[input.Length % Paths.Length];
        using var request = new HttpRequestMessage(path == "budgets" ? HttpMethod.Put : HttpMethod.Post, path) { Content = new ByteArrayContent(input, end, input.Length - end) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        var before = await SpentAsync();
        using var response = await _client.SendAsync(request);
        if (!Documented.Contains(response.StatusCode))
            throw new BrokenInvariantException($"{path} answers {(int)response.StatusCode}: {await response.Content.ReadAsStringAsync()}");
        if (!response.IsSuccessStatusCode && await SpentAsync() is var after && after != before)
            throw new BrokenInvariantException($"{path} answers {(int)response.StatusCode}, and yet {before} became {after}");
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        if (_app is not null)
            await _app.DisposeAsync();
    }

    private async Task<string> SpentAsync()
    {
        var states = (await _app!.Services.GetRequiredService<IBudgetFirewall>().GetStatusAsync(BudgetScope.Global)).Budgets;
        return string.Join(";", states.Select(state => string.Create(CultureInfo.InvariantCulture, $"{state.BudgetId} {state.Spent} {state.Held}")));
    }
}
