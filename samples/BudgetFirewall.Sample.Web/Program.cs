using BudgetFirewall;
using BudgetFirewall.Sample.Web;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;

try
{
    var app = Build(args);
    Map(app);
    app.Run();
    return 0;
}
catch (Exception e) when (e is OptionsValidationException or ArgumentException or FormatException or InvalidDataException or InvalidOperationException or IOException or UnauthorizedAccessException or System.Security.Cryptography.CryptographicException)
{
    Console.Error.WriteLine(Complaint.Of(e));
    return 2;
}

static WebApplication Build(string[] args)
{
    var builder = WebApplication.CreateSlimBuilder(args);
    // appsettings.json has the budgets; environment variables change them, as BudgetFirewall__Budgets__0__Limit=5.
    var firewall = builder.Services.AddBudgetFirewall(builder.Configuration.GetSection("BudgetFirewall"));
    var redis = Setting.Of(builder.Configuration, "Redis", "REDIS_URL");
    if (redis is not null)
        firewall.UseRedis(redis);
    var hasLedger = Recording.AddTo(builder, firewall, isInMemory: redis is null);
    Telling.AddTo(builder, firewall, hasLedger);
    builder.Services.AddHealthChecks().AddBudgetFirewall();
    builder.Services.AddProblemDetails();
    builder.Services.ConfigureHttpJsonOptions(json => json.SerializerOptions.RespectRequiredConstructorParameters = json.SerializerOptions.RespectNullableAnnotations = true);
    builder.Services.AddOpenApi();
    Observing.AddTo(builder);
    Origins.AddTo(builder);
    ApiKeys.AddTo(builder);
    return builder.Build();
}

static void Map(WebApplication app)
{
    Observing.Use(app);
    app.UseStatusCodePages();
    app.UseCors();
    app.UseAuthentication();
    app.UseAuthorization();
    // appsettings.json also names the headers that callers get and the limits that they do not see. BudgetGuard__RefuseRequests=false lets everything through.
    app.UseBudgetFirewall(app.Configuration.GetSection("BudgetGuard"));

    var api = app.MapGroup("/api").RequireAuthorization("user").RequireBudget("openai", options => options.RequireUser = true);
    api.MapPost("/chat", ChatEndpoint.Answer).WithMetadata(new RequestSizeLimitAttribute(ChatEndpoint.MaxBodyBytes)).RequireBudget(options =>
    {
        options.Operation = _ => "chat";
        options.Model = _ => ChatEndpoint.Model;
        options.EstimateUsage = ChatEndpoint.EstimateAsync;
    });
    api.MapGet("/quote/{symbol}", (string symbol) => new Quote(symbol, 187.44m)).RequireBudget("finnhub", options => options.Operation = _ => "quote");
    api.MapGet("/free", () => "This costs nothing.").DisableBudget();

    var budgets = app.MapBudgetFirewall("/budget/v1");
    budgets.Deciding.RequireAuthorization("service");
    budgets.Reading.RequireAuthorization("service");
    budgets.Administration.RequireAuthorization("admin");

    Telling.Map(app);
    app.MapPrometheusScrapingEndpoint("/budget/v1/metrics").RequireAuthorization("service").DisableBudget();
    app.MapOpenApi();
    app.MapHealthChecks("/health");
}
