using Microsoft.AspNetCore.HttpLogging;
using OpenTelemetry.Metrics;

namespace BudgetFirewall.Sample.Web;

/// <summary>
/// Metrics for Prometheus; <c>RequestLogging=true</c> logs one line for each request, with its path, in which ids of users may stand; <c>LogFile=PATH</c> writes the log to a file too.
/// </summary>
internal static class Observing
{
    private const string RequestLogging = "RequestLogging";

    public static void AddTo(WebApplicationBuilder builder)
    {
        builder.Services.AddOpenTelemetry().WithMetrics(metrics => metrics.AddMeter(BudgetFirewallDiagnostics.MeterName).AddPrometheusExporter());
        if (Setting.IsOn(builder.Configuration, RequestLogging))
        {
            builder.Services.AddHttpLogging(logging =>
            {
                logging.LoggingFields = HttpLoggingFields.RequestMethod | HttpLoggingFields.RequestPath | HttpLoggingFields.ResponseStatusCode | HttpLoggingFields.Duration;
                logging.CombineLogs = true;
            });
        }
        if (Setting.Of(builder.Configuration, "LogFile") is { } path)
            builder.Logging.AddProvider(new FileLog(path));
    }

    public static void Use(WebApplication app)
    {
        if (Setting.IsOn(app.Configuration, RequestLogging))
            app.UseHttpLogging();
    }
}
