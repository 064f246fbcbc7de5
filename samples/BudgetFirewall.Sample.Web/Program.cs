using BudgetFirewall;
using BudgetFirewall.Sample.Web;
using Microsoft.AspNetCore.Mvc;

var builder = WebApplication.CreateSlimBuilder(args);

// appsettings.json has the budgets; environment variables change them, as BudgetFirewall__Budgets__0__Limit=5.
var firewall = builder.Services.AddBudgetFirewall(builder.Configuration.GetSection("BudgetFirewall"));
if (builder.Configuration["Redis"] is { Length: > 0 } redis)
    firewall.UseRedis(redis);
builder.Services.AddHealthChecks().AddBudgetFirewall();
builder.Services.AddProblemDetails();
builder.Services.ConfigureHttpJsonOptions(json => json.SerializerOptions.RespectRequiredConstructorParameters = json.SerializerOptions.RespectNullableAnnotations = true);
builder.Services.AddOpenApi();
ApiKeys.AddTo(builder);

var app = builder.Build();

app.UseStatusCodePages();
app.UseAuthentication();
app.UseAuthorization();
app.UseBudgetFirewall(options =>
{
    options.Defaults.Headers = BudgetHeaders.All;
    options.Defaults.HiddenScopeKinds.Add("global");
});

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

app.MapOpenApi();
app.MapHealthChecks("/health");
app.Run();
