using BudgetFirewall.Receipts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace BudgetFirewall.Tool.Tests;

/// <summary>An application with the HTTP service, a ledger and receipts, and two keys: one may do everything, one may read.</summary>
public sealed class RunningService : IAsyncLifetime
{
    public const string AdminKey = "admin-key";
    public const string ReaderKey = "reader-key";
    public const string Origin = "example.com/ledger";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("budgetfirewall-service-");
    private readonly EcdsaSigner _signer = EcdsaSigner.Generate();
    private WebApplication? _application;

    public string Address => _application!.Urls.Single() + "/budget/v1";

    public string LedgerFile => Path.Combine(_folder.FullName, "ledger.db");

    public string PublicKey => _signer.Key.ToPem();

    public IBudgetFirewall Firewall => _application!.Services.GetRequiredService<IBudgetFirewall>();

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddRouting();
        builder.Services
            .AddBudgetFirewall(options =>
            {
                options.Budgets.Add(new Budget { Scope = BudgetScope.Each("user"), Limit = 5m, Period = BudgetPeriod.Year });
                options.StoreTimeout = TimeSpan.FromSeconds(30);
            })
            .UseSqliteLedger($"Data Source={LedgerFile}", options => options.Receipts = new() { Origin = Origin, Signer = _signer });
        _application = builder.Build();
        _application.Use(AuthenticateAsync);
        _application.MapBudgetFirewall("/budget/v1").AllowAnonymous();
        await _application.StartAsync();
    }

    public async Task DisposeAsync()
    {
        await _application!.DisposeAsync();
        _signer.Dispose();
        _folder.Delete(recursive: true);
    }

    /// <summary>The receipt of a charge of 0.75.</summary>
    public async Task<string> ReceiptAsync()
    {
        await Firewall.ChargeAsync(new BudgetRequest { Provider = "openai", Cost = 0.75m, OperationId = "receipt" });
        await _application!.Services.GetRequiredService<ILedgerFeed>().FlushAsync();
        var page = await _application.Services.GetRequiredService<ILedger>().ReadEntriesAsync(new LedgerQuery { OperationId = "receipt" });
        var receipt = await _application.Services.GetRequiredService<ILedgerReceipts>().GetAsync(page.Entries.Single().Id);
        return System.Text.Encoding.UTF8.GetString(receipt!.ToJson());
    }

    private static Task AuthenticateAsync(HttpContext context, RequestDelegate next)
    {
        switch (context.Request.Headers.Authorization.ToString())
        {
            case "Bearer " + AdminKey:
            case "Bearer " + ReaderKey when HttpMethods.IsGet(context.Request.Method):
                return next(context);
            case "Bearer " + ReaderKey:
                context.Response.StatusCode = StatusCodes.Status403Forbidden;
                return Task.CompletedTask;
            default:
                context.Response.StatusCode = StatusCodes.Status401Unauthorized;
                return Task.CompletedTask;
        }
    }
}
