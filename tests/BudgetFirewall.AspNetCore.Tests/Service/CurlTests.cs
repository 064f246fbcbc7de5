using System.Diagnostics;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace BudgetFirewall.AspNetCore.Tests;

/// <summary>The service as programs that are not .NET see it: driven by a script with curl.</summary>
public sealed class CurlTests
{
    [Fact]
    public async Task The_script_makes_every_call_with_curl_and_finds_nothing_wrong()
    {
        await using var app = await LedgerApp.StartAsync(clock: TimeProvider.System);
        var service = app.Service;
        var script = Path.Combine(AppContext.BaseDirectory, "Service", "service.sh");
        using var process = Process.Start(new ProcessStartInfo("sh", [script, $"{service.App.Address}budget/v1"]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(10));
        (process.ExitCode == 0).Should().BeTrue($"The script (it needs sh and curl) found:\n{await output}\n{await errors}");
        service.App.Log.Lines.Should().NotContain(line => line.Level >= Microsoft.Extensions.Logging.LogLevel.Error);
    }

    [Fact]
    public async Task The_conversation_on_the_services_page_goes_as_the_page_says()
    {
        var folder = Directory.CreateTempSubdirectory();
        await using var app = await TestApp.StartAsync(
            options => options.Budgets.Add(new() { Scope = BudgetScope.Each("user"), Limit = 10m }),
            app =>
            {
                var budgets = app.MapBudgetFirewall("/budget/v1");
                budgets.Deciding.RequireAuthorization("callers");
                budgets.Reading.RequireAuthorization("callers");
                budgets.Administration.RequireAuthorization("admins");
            },
            builder =>
            {
                builder.Configuration["ApiKeys:backend"] = "caller:backend-key";
                builder.Services.AddAuthentication("ApiKey").AddScheme<AuthenticationSchemeOptions, ApiKeyHandler>("ApiKey", null);
                builder.Services.AddAuthorizationBuilder()
                    .AddPolicy("callers", policy => policy.RequireRole("caller"))
                    .AddPolicy("admins", policy => policy.RequireRole("admin"));
            },
            use: firewall => firewall.UseSqliteLedger($"Data Source={Path.Combine(folder.FullName, "ledger.db")}"));
        // Both blocks of commands: the second goes on where the first has ended.
        var page = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Service", "http-service.md"));
        var conversation = page[page.IndexOf("A conversation with `curl`", StringComparison.Ordinal)..];
        conversation = string.Concat(conversation.Split("```sh").Skip(1).Take(2).Select(block => block[..block.IndexOf("```", StringComparison.Ordinal)])).Replace("http://127.0.0.1:8080/", app.Address.ToString(), StringComparison.Ordinal);
        try
        {
            using var process = Process.Start(new ProcessStartInfo("sh", ["-e", "-c", conversation]) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder.FullName, Environment = { ["BACKEND_KEY"] = "backend-key" } })!;
            var output = process.StandardOutput.ReadToEndAsync();
            var errors = process.StandardError.ReadToEndAsync();
            await process.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(10));
            (process.ExitCode == 0).Should().BeTrue($"{await output}\n{await errors}");
            (await output).Should().Contain("\"spent\":\"0.0175\"").And.Contain("\"total\":{\"amount\":\"0.02\",\"count\":2,\"allocated\":\"0\"}");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
        (await app.StateAsync(BudgetScope.User("alice"))).Spent.Should().Be(0.02m);
    }
}
